import type { Column, Partition, PartitionInput, Table, TableInput } from "@aws-sdk/client-glue";
import type { Caller } from "../../../caller";
import { AwsError } from "../../../errors";
import type { Input, OperationName, Output } from "../../../models";
import type { CloudContext } from "../../../service";

/** Reads and changes one database of the catalogue under the rights of the crawler's role. */
export class Catalogue {
  constructor(
    readonly cloud: CloudContext,
    readonly caller: Caller,
    readonly database: string,
  ) {}

  /** Throws when the database does not exist. */
  async checkDatabase(): Promise<void> {
    await this.#call("GetDatabase", { Name: this.database });
  }

  async find(Name: string): Promise<Table | undefined> {
    try {
      return (await this.#call("GetTable", { ...this.#in, Name })).Table;
    } catch (error) {
      if (error instanceof AwsError && error.code === "EntityNotFoundException") return undefined;
      throw error;
    }
  }

  /** The tables that a crawler created or updated. */
  async tablesOf(crawler: string, prefix: string): Promise<Table[]> {
    const tables: Table[] = [];
    const Expression = `${prefix.toLowerCase().replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}.*`;
    for (let NextToken: string | undefined; ; ) {
      const page = await this.#call("GetTables", { ...this.#in, Expression, NextToken });
      tables.push(
        ...(page.TableList ?? []).filter(({ Parameters }) => Parameters?.UPDATED_BY_CRAWLER === crawler),
      );
      NextToken = page.NextToken;
      if (NextToken === undefined) return tables;
    }
  }

  async create(TableInput: TableInput): Promise<void> {
    await this.#call("CreateTable", { ...this.#in, TableInput });
  }

  async update(TableInput: TableInput, SkipArchive: boolean): Promise<void> {
    await this.#call("UpdateTable", { ...this.#in, TableInput, SkipArchive });
  }

  async delete(Name: string): Promise<void> {
    await this.#call("DeleteTable", { ...this.#in, Name });
  }

  async partitions(TableName: string): Promise<Partition[]> {
    const partitions: Partition[] = [];
    for (let NextToken: string | undefined; ; ) {
      const page = await this.#call("GetPartitions", { ...this.#in, TableName, NextToken });
      partitions.push(...(page.Partitions ?? []));
      NextToken = page.NextToken;
      if (NextToken === undefined) return partitions;
    }
  }

  async createPartitions(TableName: string, inputs: readonly PartitionInput[]): Promise<void> {
    for (let at = 0; at < inputs.length; at += 100) {
      const PartitionInputList = inputs.slice(at, at + 100);
      await this.#call("BatchCreatePartition", { ...this.#in, TableName, PartitionInputList });
    }
  }

  async updatePartition(TableName: string, before: Partition, PartitionInput: PartitionInput): Promise<void> {
    const PartitionValueList = before.Values;
    await this.#call("UpdatePartition", { ...this.#in, TableName, PartitionValueList, PartitionInput });
  }

  async deletePartitions(TableName: string, partitions: readonly Partition[]): Promise<void> {
    for (let at = 0; at < partitions.length; at += 25) {
      const PartitionsToDelete = partitions.slice(at, at + 25).map(({ Values }) => ({ Values }));
      await this.#call("BatchDeletePartition", { ...this.#in, TableName, PartitionsToDelete });
    }
  }

  get #in() {
    return { DatabaseName: this.database };
  }

  #call<O extends OperationName<"glue">>(operation: O, input: Input<"glue", O>): Promise<Output<"glue", O>> {
    return this.cloud.call("glue", operation, input, this.caller);
  }
}

/** The TableInput that stores the same table. */
export function inputOf(table: Table): TableInput {
  const { Name, Description, Owner, Retention, StorageDescriptor, PartitionKeys, TableType, Parameters } =
    table;
  return { Name, Description, Owner, Retention, StorageDescriptor, PartitionKeys, TableType, Parameters };
}

export const sameColumns = (a: readonly Column[] | undefined, b: readonly Column[] | undefined): boolean =>
  JSON.stringify(a?.map(({ Name, Type }) => [Name, Type])) ===
  JSON.stringify(b?.map(({ Name, Type }) => [Name, Type]));
