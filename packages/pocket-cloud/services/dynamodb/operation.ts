import type { Input, OperationName, Output } from "../../models";
import type { CloudContext, Operation } from "../../service";
import type { TableStore } from "./store";

export interface DynamoDb {
  readonly cloud: CloudContext;
  readonly store: TableStore;
  /** Takes notice of a table's time to live. */
  readonly watchExpiry: () => void;
}

export type DynamoDbOperation<O extends OperationName<"dynamodb">> = Operation<
  Input<"dynamodb", O>,
  Output<"dynamodb", O>
>;

export const ofTable = (room: DynamoDb) => (input: { TableName?: string | undefined }) => [
  room.store.arn(room.store.nameOf(input.TableName)),
];

export const ofIndex =
  (room: DynamoDb) => (input: { TableName?: string | undefined; IndexName?: string | undefined }) => {
    const arn = room.store.arn(room.store.nameOf(input.TableName));
    return [input.IndexName === undefined ? arn : `${arn}/index/${input.IndexName}`];
  };
