import { tablesOf } from "../../data/names";
import type { Parameter, Report } from "../../sql/library/model";
import { timestampText } from "../../sql/library/times";
import { optionName, type Value } from "../../sql/library/values";
import type { Cells } from "../../tools/kit/athena-csv";
import type { Coverage } from "../lake/completeness";
import type { Estimate } from "../plan/estimate";

/** Explains an empty result, and names requested values (such as coins) that never appear in the result. */
export class MissingRows {
  readonly #report: Report;
  readonly #items: (param: Parameter) => readonly string[];
  /** Requested values that have not appeared yet, by parameter. */
  readonly #unseen: ReadonlyMap<Parameter, Set<string>>;
  /** A result of this many rows may have been cut off before a value appeared. */
  readonly #limit: number;

  constructor(report: Report, values: ReadonlyMap<string, Value>) {
    this.#report = report;
    this.#items = (param) => values.get(param.name)?.items ?? [];
    this.#unseen = new Map(
      report.params.filter(({ of }) => of).map((param) => [param, new Set(this.#items(param))]),
    );
    this.#limit = Number(values.get("limit")?.shown ?? Infinity);
  }

  /** Passes the rows on and records the requested values in them. */
  async *watch(
    columns: readonly { readonly name: string }[],
    rows: AsyncIterable<readonly Cells[]>,
  ): AsyncGenerator<readonly Cells[]> {
    const watched = [...this.#unseen].map(([param, unseen]) => ({
      index: columns.findIndex(({ name }) => name === param.of),
      unseen,
    }));
    for await (const batch of rows) {
      for (const { index, unseen } of watched)
        for (const row of unseen.size > 0 ? batch : []) unseen.delete(row[index] ?? "");
      yield batch;
    }
  }

  /** Lines for stderr after all rows have passed. */
  explain(rows: number, estimate: Estimate, coverage: Coverage): string[] {
    if (rows === 0 && hasNoData(estimate, coverage)) {
      const [from, until] = [coverage.from, coverage.until].map(timestampText);
      const feeds = coverage.feeds.map(({ name }) => name).join(", ");
      return [`no rows: there is no data of ${feeds} between ${from} and ${until} UTC`];
    }
    const unseen = [...this.#unseen].filter(([, values]) => values.size > 0);
    if (rows < this.#limit && unseen.length > 0)
      return unseen.map(([param, values]) => `no rows of ${optionText(param, [...values])} in this window`);
    return rows > 0 ? [] : [`no rows: ${this.#reasonForNoRows()}`];
  }

  #reasonForNoRows(): string {
    const filters = this.#report.params
      .map((param) => ({ param, items: this.#items(param) }))
      .filter(({ param, items }) => items.length > 0 && items.join(",") !== param.default);
    if (filters.length > 0)
      return `nothing in this window matches ${filters.map(({ param, items }) => optionText(param, items)).join(" ")}`;
    return this.#report.empty ?? "there is data in this window, but nothing that the report shows";
  }
}

/** Whether the report reads the feeds' rows (not only their quarantine) and none of these has any. */
function hasNoData({ partitionsOf }: Estimate, { feeds }: Coverage): boolean {
  const read = feeds.flatMap((feed) => {
    const partitions = partitionsOf.get(tablesOf(feed).csv);
    return partitions ? [partitions] : [];
  });
  return read.length > 0 && read.every((partitions) => partitions.length === 0);
}

const optionText = ({ name }: Parameter, items: readonly string[]): string =>
  `--${optionName(name)} ${items.join(",")}`;
