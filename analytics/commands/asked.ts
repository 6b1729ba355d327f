import type { Parameter, Report } from "../../sql/library/model";
import { optionName, type Value } from "../../sql/library/values";
import type { Cells } from "../../tools/kit/athena-csv";

/** What was asked for by name, and whether the result ever showed it. */
export class Asked {
  /** What it means that there are no rows although there is data. */
  readonly meaning: string;
  /** Values not yet seen, by parameter. */
  readonly #waiting: ReadonlyMap<Parameter, Set<string>>;
  /** A result of so many rows may have been cut off before it showed a name. */
  readonly #limit: number;

  constructor(report: Report, values: ReadonlyMap<string, Value>) {
    const itemsOf = (param: Parameter): readonly string[] => values.get(param.name)?.items ?? [];
    const given = report.params
      .filter((param) => itemsOf(param).length > 0 && itemsOf(param).join(",") !== param.default)
      .map((param) => optionOf(param, itemsOf(param)));
    this.meaning =
      given.length > 0
        ? `nothing in this window matches ${given.join(" ")}`
        : (report.empty ?? "there is data in this window, but nothing that the report shows");
    this.#waiting = new Map(
      report.params.filter(({ of }) => of).map((param) => [param, new Set(itemsOf(param))]),
    );
    this.#limit = Number(values.get("limit")?.shown ?? Infinity);
  }

  async *watch(
    columns: readonly { readonly name: string }[],
    rows: AsyncIterable<readonly Cells[]>,
  ): AsyncGenerator<readonly Cells[]> {
    const watched = [...this.#waiting].map(([param, waiting]) => ({
      at: columns.findIndex(({ name }) => name === param.of),
      waiting,
    }));
    for await (const batch of rows) {
      for (const { at, waiting } of watched)
        for (const row of waiting.size > 0 ? batch : []) waiting.delete(row[at] ?? "");
      yield batch;
    }
  }

  /** Options with the values that never appeared. */
  absent(rows: number): string[] {
    if (rows >= this.#limit) return [];
    return [...this.#waiting]
      .filter(([, waiting]) => waiting.size > 0)
      .map(([param, waiting]) => optionOf(param, [...waiting]));
  }
}

const optionOf = ({ name }: Parameter, items: readonly string[]): string =>
  `--${optionName(name)} ${items.join(",")}`;
