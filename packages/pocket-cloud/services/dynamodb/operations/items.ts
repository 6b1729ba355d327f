import type { ReturnValue } from "@aws-sdk/client-dynamodb";
import { AwsError, validationError } from "../../../errors";
import type { Operations } from "../../../service";
import { consume, ofTable, readUnits, reportConsumed, unitsOfWrite } from "../capacity";
import { conditionKeys, type KeyedRequest } from "../condition-keys";
import { type Item, sizeOfItem } from "../data/value";
import { project } from "../expressions/paths";
import { projector } from "../expressions/projector";
import { storedKey } from "../keys";
import { type Mutation, planDelete, planPut, planUpdate } from "../mutation";
import { openChecked } from "../request-checks";
import type { Table, TableStore } from "../store";

/** The form of the item that a write returns. */
const returnedItem: Readonly<Record<ReturnValue, (mutation: Mutation) => Item | undefined>> = {
  NONE: () => undefined,
  ALL_OLD: ({ before }) => before,
  ALL_NEW: ({ after }) => after,
  UPDATED_OLD: ({ before, touched }) => before && project(before, touched),
  UPDATED_NEW: ({ after, touched }) => after && project(after, touched),
};

interface WriteInput {
  readonly Item?: Item | undefined;
  readonly Key?: Item | undefined;
  readonly TableName?: string | undefined;
  readonly ReturnValues?: ReturnValue | undefined;
  readonly ReturnConsumedCapacity?: string | undefined;
}

export function itemOperations(store: TableStore) {
  const resources = store.tableArns;
  const keysOfAccess = (access: "read" | "write") => ({
    resources,
    context: (input: KeyedRequest) => conditionKeys(store, access, [input]),
  });
  /** Plans a write. A write whose condition fails consumes capacity by the size of the stored item. */
  const planned = <In extends WriteInput>(
    name: string,
    table: Table,
    plan: (table: Table, input: In) => Mutation,
    input: In,
  ) => {
    try {
      return plan(table, input);
    } catch (error) {
      if (error instanceof AwsError && error.code === "ConditionalCheckFailedException") {
        const before = table.data.get(input.Item ?? input.Key ?? {});
        const units = unitsOfWrite(table, { key: {}, before, after: before, changes: [], touched: [] });
        reportConsumed(store, "Write", name, units);
      }
      throw error;
    }
  };
  const write = <In extends WriteInput>(
    plan: (table: Table, input: In) => Mutation,
    returnValues: readonly ReturnValue[],
  ) => ({
    ...keysOfAccess("write"),
    run: (input: In) => {
      const table = openChecked(store, input.TableName, [input]);
      const name = store.nameOf(input.TableName);
      const mutation = planned(name, table, plan, input);
      const { ReturnValues = "NONE" } = input;
      if (!returnValues.includes(ReturnValues)) throw validationError("Return values set to invalid value");
      const item = returnedItem[ReturnValues](mutation);
      table.data.write(mutation.changes);
      const ConsumedCapacity = consume(store, "Write", input, name, unitsOfWrite(table, mutation));
      return {
        ...(item && Object.keys(item).length > 0 && { Attributes: item }),
        ...(ConsumedCapacity && { ConsumedCapacity }),
      };
    },
  });
  return {
    PutItem: write(planPut, ["NONE", "ALL_OLD"]),
    DeleteItem: write(planDelete, ["NONE", "ALL_OLD"]),
    UpdateItem: write(planUpdate, ["NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"]),
    GetItem: {
      ...keysOfAccess("read"),
      run: (input) => {
        const table = openChecked(store, input.TableName, [input]);
        const project = projector(input);
        const item = table.data.get(storedKey(table, input.Key));
        const consumed = ofTable(readUnits(item ? sizeOfItem(item) : 0, input.ConsistentRead));
        const ConsumedCapacity = consume(store, "Read", input, store.nameOf(input.TableName), consumed);
        return {
          ...(item && { Item: project(item) }),
          ...(ConsumedCapacity && { ConsumedCapacity }),
        };
      },
    },
  } satisfies Operations<"dynamodb">;
}
