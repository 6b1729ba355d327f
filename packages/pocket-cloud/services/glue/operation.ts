import type { Input, OperationName, Output } from "../../models";
import type { Call, CloudContext, Operation } from "../../service";
import type { GlueStore } from "./store";

export type GlueOperation<O extends OperationName<"glue">> = Operation<Input<"glue", O>, Output<"glue", O>>;
export type Make<O extends OperationName<"glue">> = (store: GlueStore) => GlueOperation<O>;

export const glueArn = (cloud: CloudContext, resource: string): string =>
  `arn:aws:glue:${cloud.region}:${cloud.accountId}:${resource}`;

/** Rights in the catalogue are asked on the catalogue, the database and the table. */
export const catalogueArns = (cloud: CloudContext, database?: string, table?: string): string[] => [
  glueArn(cloud, "catalog"),
  ...(database === undefined ? [] : [glueArn(cloud, `database/${database.toLowerCase()}`)]),
  ...(database === undefined || table === undefined
    ? []
    : [glueArn(cloud, `table/${database.toLowerCase()}/${table.toLowerCase()}`)]),
];

interface InDatabase {
  readonly DatabaseName: string | undefined;
}

interface InTable extends InDatabase {
  readonly TableName: string | undefined;
}

export const onDatabase = ({ cloud }: GlueStore) => ({
  resources: (input: InDatabase) => catalogueArns(cloud, input.DatabaseName),
});

export const onTable = ({ cloud }: GlueStore) => ({
  resources: (input: InTable) => catalogueArns(cloud, input.DatabaseName, input.TableName),
});

export type { Call };
