import type { Cells } from "../../data/cells";
import type { SitePage } from "../../sql/library/site/model";
import type { LinkOf } from "../render/sections";
import { isResult, type Outcome, type PageResult } from "./model";

/** A page's file and, of a split page, one for each value. */
export interface Part {
  readonly value: string;
  readonly file: string;
  readonly result: PageResult;
}

export const fileOf = (page: SitePage): string => `${page.path}.html`;

/** The values of a split page in the order of the rows, each with its rows. */
export function partsOf(result: PageResult): readonly Part[] {
  const { page, columns, rows } = result;
  const at = columns.findIndex(({ name }) => name === page.split);
  if (at < 0) return [];
  const groups = new Map<string, Cells[]>();
  for (const row of rows) {
    const value = row[at] ?? "";
    const group = groups.get(value);
    if (group) group.push(row);
    else if (value !== "") groups.set(value, [row]);
  }
  const names = fileNames([...groups.keys()]);
  return [...ordered([...groups], page)].map(([value, group]) => ({
    value,
    file: `${page.path}/${names.get(value)}.html`,
    result: { ...result, rows: group },
  }));
}

/** In the order of the list that the page's parameters give, else in that of the rows. */
function ordered(groups: readonly [string, Cells[]][], { report, split, parameters }: SitePage) {
  const list = report.params.find(({ of }) => of === split);
  const wanted = list ? (parameters[list.name] ?? list.default).split(",").map((item) => item.trim()) : [];
  const placeOf = (value: string) => (wanted.includes(value) ? wanted.indexOf(value) : wanted.length);
  return [...groups].sort(([a], [b]) => placeOf(a) - placeOf(b));
}

/** File names of letters, digits and hyphens: a value may contain anything. */
function fileNames(values: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const value of values) {
    const base =
      value
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-|-$/g, "")
        .slice(0, 60) || "value";
    let name = base;
    for (let next = 2; taken.has(name); next++) name = `${base}-${next}`;
    taken.add(name);
    names.set(value, name);
  }
  return names;
}

/** Links cells to the pages of their values: those of the column that a page is split by, in any report. */
export function linksOf(outcomes: readonly Outcome[]): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const links = new Map<string, ReadonlyMap<string, string>>();
  for (const outcome of outcomes)
    if (isResult(outcome) && outcome.page.split !== undefined && !links.has(outcome.page.split))
      links.set(outcome.page.split, new Map(partsOf(outcome).map(({ value, file }) => [value, file])));
  return links;
}

/** Correlations have a column for each of two coins, such as coin_a; their cells link to the same pages. */
const sameValues: Readonly<Record<string, readonly string[]>> = { coin_id: ["coin_id", "coin_a", "coin_b"] };

export const linkIn =
  (links: ReadonlyMap<string, ReadonlyMap<string, string>>, up: string): LinkOf =>
  (column, cell) => {
    for (const [split, files] of links)
      if ((sameValues[split] ?? [split]).includes(column.name)) {
        const file = files.get(cell);
        if (file !== undefined) return up + file;
      }
    return undefined;
  };

/** "../" for a page in a folder. */
export const upFrom = (file: string): string => "../".repeat(file.split("/").length - 1);
