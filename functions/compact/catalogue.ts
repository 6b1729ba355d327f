import {
  AlreadyExistsException,
  ConcurrentModificationException,
  CreatePartitionCommand,
  GetTableCommand,
  type GlueClient,
  type PartitionInput,
  paginateGetPartitions,
  type StorageDescriptor,
  type TableInput,
  UpdatePartitionCommand,
  UpdateTableCommand,
} from "@aws-sdk/client-glue";
import { type FeedDefinition, prestoViewText, trinoColumns, viewColumns } from "../../data/feeds";
import { type DayRange, formatRanges, parseRanges } from "../../data/history/days";
import { HISTORY_DAYS, HOURS, INPUTS, ROWS, RUN } from "../../data/history/layout";
import { unitedViewSql } from "../../data/history/sql";
import { tablesOf } from "../../data/names";
import type { HistoryDay } from "./step";

/** The view and the history table of a feed in Glue. */
export class FeedCatalogue {
  /** Read at the first switch. All partitions of a compaction get the description that the table has then. */
  #storage: Promise<StorageDescriptor | undefined> | undefined;

  constructor(
    private readonly glue: GlueClient,
    private readonly database: string,
    private readonly feed: FeedDefinition,
    private readonly signal: AbortSignal,
  ) {}

  async partitions(): Promise<ReadonlyMap<string, HistoryDay>> {
    const found = new Map<string, HistoryDay>();
    const pages = paginateGetPartitions(
      { client: this.glue },
      {
        DatabaseName: this.database,
        TableName: tablesOf(this.feed).history,
        ExcludeColumnSchema: true,
      },
      this.#options,
    );
    for await (const { Partitions = [] } of pages)
      for (const { Values: [day] = [], Parameters = {} } of Partitions) {
        const run = Parameters[RUN];
        if (day !== undefined && run !== undefined)
          found.set(day, {
            run,
            inputs: Parameters[INPUTS] ?? "",
            rows: Number(Parameters[ROWS]),
            hours: Parameters[HOURS] ?? "",
          });
      }
    return found;
  }

  async switchPartition(
    day: string,
    location: string,
    { run, inputs, rows, hours }: HistoryDay,
  ): Promise<void> {
    const DatabaseName = this.database;
    const TableName = tablesOf(this.feed).history;
    this.#storage ??= this.#table(TableName).then(({ StorageDescriptor }) => StorageDescriptor);
    const storage = await this.#storage.catch((error: unknown) => {
      this.#storage = undefined;
      throw error;
    });
    const PartitionInput: PartitionInput = {
      Values: [day],
      StorageDescriptor: { ...storage, Location: location },
      Parameters: {
        [RUN]: run,
        [INPUTS]: inputs,
        [ROWS]: String(rows),
        ...(hours !== "" && { [HOURS]: hours }),
      },
    };
    try {
      await this.glue.send(
        new CreatePartitionCommand({ DatabaseName, TableName, PartitionInput }),
        this.#options,
      );
    } catch (error) {
      if (!(error instanceof AlreadyExistsException)) throw error;
      await this.glue.send(
        new UpdatePartitionCommand({ DatabaseName, TableName, PartitionValueList: [day], PartitionInput }),
        this.#options,
      );
    }
  }

  async shownDays(): Promise<readonly DayRange[]> {
    return shownBy(await this.#table(tablesOf(this.feed).view));
  }

  /**
   * Replaces the view's definition by that of the contract and the changed days, in one call. Glue refuses the call when
   * the view has changed since it was read; then it is read again.
   */
  async showDays(change: (shown: readonly DayRange[]) => readonly DayRange[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const table = await this.#table(tablesOf(this.feed).view);
      const ranges = change(shownBy(table));
      const TableInput = this.#view(table, ranges);
      if (isSame(table, TableInput)) return;
      try {
        await this.glue.send(
          new UpdateTableCommand({
            DatabaseName: this.database,
            TableInput,
            VersionId: table.VersionId,
            SkipArchive: true,
          }),
          this.#options,
        );
        return;
      } catch (error) {
        if (!(error instanceof ConcurrentModificationException) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  #view(
    table: Pick<TableInput, "Parameters" | "StorageDescriptor">,
    ranges: readonly DayRange[],
  ): TableInput {
    const { view } = tablesOf(this.feed);
    const sql = unitedViewSql(this.feed, this.database, ranges);
    const { [HISTORY_DAYS]: _, ...parameters } = table.Parameters ?? {};
    return {
      Name: view,
      Description: this.feed.description,
      TableType: "VIRTUAL_VIEW",
      Parameters: { ...parameters, ...(ranges.length > 0 && { [HISTORY_DAYS]: formatRanges(ranges) }) },
      ViewOriginalText: prestoViewText(trinoColumns(this.feed), sql, this.database),
      ViewExpandedText: "/* Presto View */",
      StorageDescriptor: {
        ...table.StorageDescriptor,
        Columns: viewColumns(this.feed).map(({ name, type, comment }) => ({
          Name: name,
          Type: type,
          Comment: comment,
        })),
      },
    };
  }

  async #table(Name: string) {
    const { Table } = await this.glue.send(
      new GetTableCommand({ DatabaseName: this.database, Name }),
      this.#options,
    );
    if (!Table) throw new Error(`the catalogue has no table ${Name} in ${this.database}`);
    return Table;
  }

  get #options() {
    return { abortSignal: this.signal };
  }
}

const ATTEMPTS = 5;

const shownBy = ({ Parameters = {} }: Pick<TableInput, "Parameters">): readonly DayRange[] =>
  parseRanges(Parameters[HISTORY_DAYS] ?? "");

const isSame = (table: TableInput, input: TableInput): boolean =>
  table.ViewOriginalText === input.ViewOriginalText &&
  table.Parameters?.[HISTORY_DAYS] === input.Parameters?.[HISTORY_DAYS];
