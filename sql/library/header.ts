import { HeaderLine, readChart, readColumn, readParameter } from "./declarations";
import { ReportFileError } from "./errors";
import type { Report, Window } from "./model";

/** Keys that appear at most once; the others may repeat. */
const singleKeys = ["name", "title", "feed", "window", "key", "chart", "empty"] as const;
const repeatedKeys = ["description", "note", "param", "column"] as const;
const requiredKeys = ["name", "title", "description", "feed", "column"] as const;
const keys = [...singleKeys, ...repeatedKeys];
type Key = (typeof keys)[number];
type Header = ReadonlyMap<Key, readonly HeaderLine[]>;

/** Reads the contiguous leading `-- key: value` lines; the query follows them. */
export function readHeader(file: string, id: string, text: string): Report {
  const lines = text.replace(/\r\n/g, "\n").split("\n");
  const { header, length } = collect(file, lines);
  const all = (key: Key) => header.get(key) ?? [];
  const only = (key: Key) => {
    const line = all(key)[0];
    if (!line) throw new ReportFileError(file, 1, `the header lacks "-- ${key}: …"`);
    return line;
  };
  for (const key of requiredKeys) only(key);
  const name = id.slice(id.lastIndexOf("/") + 1);
  if (only("name").value !== name)
    throw only("name").error(`the name "${only("name").value}" is not the file's, "${name}"`);
  const params = readUnique("parameter", all("param"), readParameter);
  const columns = readUnique("column", all("column"), readColumn);
  const [window, chart, empty] = [all("window")[0], all("chart")[0], all("empty")[0]];
  checkColumnsOfParameters(file, params, columns);
  return {
    id,
    name,
    title: only("title").value,
    description: all("description")
      .map(({ value }) => value)
      .join(" "),
    feed: only("feed").value,
    ...(window && { window: readWindow(window, params) }),
    params,
    columns,
    keyColumns: all("key").flatMap((line) => readKeyColumns(line, columns)),
    ...(chart && { chart: readChart(chart, columns) }),
    ...(empty && { empty: empty.value }),
    notes: all("note").map(({ value }) => value),
    file,
    headerLines: length,
    sql: lines.slice(length).join("\n").trimEnd(),
  };
}

function collect(file: string, lines: readonly string[]): { header: Header; length: number } {
  const header = new Map<Key, HeaderLine[]>();
  let length = 0;
  for (const text of lines) {
    if (!text.startsWith("--")) break;
    const [, name = "", value = ""] = /^-- ([a-z]+): (\S.*?)\s*$/.exec(text) ?? [];
    const line = new HeaderLine(file, ++length, value);
    if (name === "") throw line.error(`a header line has the form "-- key: value", not "${text}"`);
    const key = line.choose("key", keys, name);
    const earlier = header.get(key) ?? [];
    if (earlier[0] && singleKeys.some((single) => single === key))
      throw line.error(`"${key}" appears twice, first in line ${earlier[0].line}`);
    header.set(key, [...earlier, line]);
  }
  while (length < lines.length && lines[length]?.trim() === "") length++;
  return { header, length };
}

function readWindow(line: HeaderLine, params: Report["params"]): Window {
  const [from, to, ...rest] = line.value.split(/\s+/);
  const times = params.filter((param) => param.type === "time").map((param) => param.name);
  if (!from || !to || rest.length > 0 || !times.includes(from) || !times.includes(to))
    throw line.error(`a window is two time parameters ("since until"), not "${line.value}"`);
  return { from, to };
}

/** `coin_id, change_pct`. */
function readKeyColumns(line: HeaderLine, columns: Report["columns"]): string[] {
  const known = columns.map(({ name }) => name);
  return line.value.split(",").map((name) => line.choose("column", known, name.trim()));
}

/** In `list of coin_id`, coin_id must be a column of the result. */
function checkColumnsOfParameters(file: string, params: Report["params"], columns: Report["columns"]): void {
  for (const { name, of, type, line } of params) {
    if (of === undefined) continue;
    if (type !== "list" && type !== "string")
      throw new ReportFileError(
        file,
        line,
        `only a list or a string can be "of" a column, not the ${type} "${name}"`,
      );
    if (!columns.some((column) => column.name === of))
      throw new ReportFileError(file, line, `"${name}" is of the column "${of}", which is not declared`);
  }
}

function readUnique<T extends { readonly name: string }>(
  what: string,
  lines: readonly HeaderLine[],
  read: (line: HeaderLine) => T,
): T[] {
  const items: T[] = [];
  for (const line of lines) {
    const item = read(line);
    if (items.some(({ name }) => name === item.name))
      throw line.error(`the ${what} "${item.name}" is declared twice`);
    items.push(item);
  }
  return items;
}
