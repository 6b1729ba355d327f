import type { Column, Partition, Table, TableInput } from "@aws-sdk/client-glue";
import type { Caller } from "../../../caller";
import { AwsError } from "../../../errors";
import type { CloudContext } from "../../../service";

/** The catalogue as the crawler's role may see and change it. */
export class Catalogue {
  constructor(
    readonly cloud: CloudContext,
    readonly caller: Caller,
    readonly database: string,
  ) {}

  async checkDatabase(): Promise<void> {
    await this.cloud.call("glue", "GetDatabase", { Name: this.database }, this.caller);
  }

  async find(name: string): Promise<Table | undefined> {
    try {
      return (
        await this.cloud.call("glue", "GetTable", { DatabaseName: this.database, Name: name }, this.caller)
      ).Table;
    } catch (error) {
      if (error instanceof AwsError && error.code === "EntityNotFoundException") return undefined;
      throw error;
    }
  }

  /** Tables this crawler wrote. */
  async tablesOf(crawler: string, prefix: string): Promise<Table[]> {
    const tables: Table[] = [];
    const Expression = `${prefix.toLowerCase().replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}.*`;
    for (let NextToken: string | undefined; ; ) {
      const input = { DatabaseName: this.database, Expression, NextToken };
      const page = await this.cloud.call("glue", "GetTables", input, this.caller);
      tables.push(
        ...(page.TableList ?? []).filter(({ Parameters }) => Parameters?.UPDATED_BY_CRAWLER === crawler),
      );
      NextToken = page.NextToken;
      if (NextToken === undefined) return tables;
    }
  }

  async create(input: TableInput): Promise<void> {
    await this.cloud.call(
      "glue",
      "CreateTable",
      { DatabaseName: this.database, TableInput: input },
      this.caller,
    );
  }

  async update(input: TableInput, SkipArchive: boolean): Promise<void> {
    await this.cloud.call(
      "glue",
      "UpdateTable",
      { DatabaseName: this.database, TableInput: input, SkipArchive },
      this.caller,
    );
  }

  async delete(name: string): Promise<void> {
    await this.cloud.call("glue", "DeleteTable", { DatabaseName: this.database, Name: name }, this.caller);
  }

  async partitions(table: string): Promise<Partition[]> {
    const partitions: Partition[] = [];
    for (let NextToken: string | undefined; ; ) {
      const input = { DatabaseName: this.database, TableName: table, NextToken };
      const page = await this.cloud.call("glue", "GetPartitions", input, this.caller);
      partitions.push(...(page.Partitions ?? []));
      NextToken = page.NextToken;
      if (NextToken === undefined) return partitions;
    }
  }
}

/** A table as the input that would write it again. */
export function inputOf(table: Table): TableInput {
  const { Name, Description, Owner, Retention, StorageDescriptor, PartitionKeys, TableType, Parameters } =
    table;
  return { Name, Description, Owner, Retention, StorageDescriptor, PartitionKeys, TableType, Parameters };
}

export const sameColumns = (a: readonly Column[] | undefined, b: readonly Column[] | undefined): boolean =>
  JSON.stringify(a?.map(({ Name, Type }) => [Name, Type])) ===
  JSON.stringify(b?.map(({ Name, Type }) => [Name, Type]));
