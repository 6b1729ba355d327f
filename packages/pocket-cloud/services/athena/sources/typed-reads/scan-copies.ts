import { type Engine, quoteText, type Scan } from "../../../../../trino-duckdb";
import type { GlueSource } from "../../catalogue/catalogue";
import type { Partition } from "../location";
import { isGzip } from "../text/csv-files";
import type { Form } from "./common-forms";
import type { QueryCopies } from "./copies";
import { bytesOf, type PartitionFiles, type PartitionNames } from "./partitions";
import { contentOf, haveEveryColumn, selectCopied } from "./rows";

/** DuckDB sorts and compares texts from a dictionary more slowly than plain ones. */
const COPY_FORMAT = "FORMAT parquet, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1";

/** Copies of a scan's partitions with their typed reads: made while the partitions are checked, and read by later queries. */
export class ScanCopies {
  readonly #areMade: boolean;
  readonly #content: string;

  constructor(
    private readonly scan: Scan<GlueSource>,
    private readonly partitions: readonly PartitionFiles[],
    private readonly forms: readonly Form[],
    private readonly names: PartitionNames,
    private readonly engine: Engine,
    private readonly copies: QueryCopies,
  ) {
    // The size of a compressed file does not limit that of its copy.
    const isCompressed = partitions.some(({ files }) => files.some(({ key }) => isGzip(key)));
    this.#areMade = copies.admits(bytesOf(partitions)) && !isCompressed;
    this.#content = contentOf(forms);
  }

  /**
   * Checks the typed rows of some partitions: a copy of them where this scan makes copies, else the rows of the SQL. The copy is
   * kept when the check has a result.
   */
  async checked<Result>(
    partitions: readonly PartitionFiles[],
    rows: string,
    check: (from: string) => Promise<Result | undefined>,
    signal: AbortSignal | undefined,
  ): Promise<Result | undefined> {
    if (!this.#areMade) return check(`(${rows})`);
    const path = this.copies.newPath();
    let isKept = false;
    try {
      await this.engine.execute(`COPY (${rows}) TO ${quoteText(path)} (${COPY_FORMAT})`, signal);
      const result = await check(`read_parquet(${quoteText(path)})`);
      if (result === undefined) return undefined;
      this.copies.add(
        path,
        partitions.map((one) => this.#nameOf(one)),
      );
      isKept = true;
      return result;
    } finally {
      if (!isKept) this.copies.delete(path);
    }
  }

  /** SQL that reads the copies of partitions, and the partitions that have none. The query must be settled. */
  read(partitionOf: (files: PartitionFiles) => Partition | undefined): {
    readonly reads: readonly string[];
    readonly others: ReadonlySet<PartitionFiles>;
  } {
    const { scan, forms } = this;
    const others = new Set(this.partitions);
    if (!haveEveryColumn(scan, forms)) return { reads: [], others };
    const copies = new Map<string, Map<number, Partition>>();
    for (const one of this.partitions) {
      const partition = partitionOf(one);
      const found = partition && this.copies.find(this.#nameOf(one));
      if (!found) continue;
      const groups = copies.get(found.path) ?? new Map<number, Partition>();
      // Another partition with the same files.
      if (groups.has(found.group)) continue;
      copies.set(found.path, groups.set(found.group, partition));
      others.delete(one);
    }
    return { reads: [...copies].map(([path, groups]) => selectCopied(scan, forms, path, groups)), others };
  }

  #nameOf(partition: PartitionFiles): string {
    return this.names.of(partition, this.#content);
  }
}
