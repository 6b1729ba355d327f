import { readChart, readColumn, readParameter } from "./declarations";
import { ReportFileError } from "./errors";
import type { Report, Window } from "./model";

/** Keys that stand once; the others may repeat. */
const single = ["name", "title", "feed", "window", "chart", "empty"] as const;
const repeated = ["description", "note", "param", "column"] as const;
const required = ["name", "title", "description", "feed", "column"] as const;
type Key = (typeof single)[number] | (typeof repeated)[number];

interface Line {
  readonly value: string;
  readonly line: number;
}

const isKey = (key: string): key is Key => [...single, ...repeated].some((known) => known === key);

/** Reads the contiguous leading `-- key: value` lines; the query is what follows them. */
export function readHeader(file: string, id: string, text: string): Report {
  const lines = text.replace(/\r\n/g, "\n").split("\n");
  const { header, length } = collect(file, lines);
  for (const key of required)
    if (!header.has(key)) throw new ReportFileError(file, 1, `the header lacks "-- ${key}: …"`);
  const first = (key: Key): Line | undefined => header.get(key)?.[0];
  const all = (key: Key): readonly Line[] => header.get(key) ?? [];
  const name = first("name");
  const expected = id.slice(id.lastIndexOf("/") + 1);
  if (name?.value !== expected)
    throw new ReportFileError(
      file,
      name?.line ?? 1,
      `the name "${name?.value}" is not the file's, "${expected}"`,
    );
  const params = unique(
    file,
    all("param").map((at) => readParameter(file, at.line, at.value)),
    "parameter",
    all("param"),
  );
  const columns = unique(
    file,
    all("column").map((at) => readColumn(file, at.line, at.value)),
    "column",
    all("column"),
  );
  const window = first("window");
  const chart = first("chart");
  const empty = first("empty");
  checkNamed(file, params, columns);
  return {
    id,
    name: expected,
    title: first("title")?.value ?? "",
    description: all("description")
      .map((at) => at.value)
      .join(" "),
    feed: first("feed")?.value ?? "",
    ...(window && { window: readWindow(file, window, params) }),
    params,
    columns,
    ...(chart && { chart: readChart(file, chart.line, chart.value, columns) }),
    ...(empty && { empty: empty.value }),
    notes: all("note").map((at) => at.value),
    file,
    headerLines: length,
    sql: lines.slice(length).join("\n").trimEnd(),
  };
}

function collect(file: string, lines: readonly string[]): { header: Map<Key, Line[]>; length: number } {
  const header = new Map<Key, Line[]>();
  let length = 0;
  for (const text of lines) {
    if (!text.startsWith("--")) break;
    length++;
    const match = /^-- ([a-z]+): (\S.*?)\s*$/.exec(text);
    if (!match) throw new ReportFileError(file, length, `a header line is "-- key: value", not "${text}"`);
    const [, key = "", value = ""] = match;
    if (!isKey(key))
      throw new ReportFileError(
        file,
        length,
        `unknown key "${key}"; known: ${[...single, ...repeated].join(", ")}`,
      );
    const seen = header.get(key) ?? [];
    if (seen.length > 0 && single.some((once) => once === key))
      throw new ReportFileError(file, length, `"${key}" stands twice, first in line ${seen[0]?.line}`);
    header.set(key, [...seen, { value, line: length }]);
  }
  while (length < lines.length && lines[length]?.trim() === "") length++;
  return { header, length };
}

function readWindow(file: string, at: Line, params: Report["params"]): Window {
  const [from, to, ...rest] = at.value.split(/\s+/);
  const times = params.filter((param) => param.type === "time").map((param) => param.name);
  if (!from || !to || rest.length > 0 || !times.includes(from) || !times.includes(to))
    throw new ReportFileError(
      file,
      at.line,
      `a window is two time parameters ("since until"), not "${at.value}"`,
    );
  return { from, to };
}

/** `list of coin_id`: the column is one of the result's. */
function checkNamed(file: string, params: Report["params"], columns: Report["columns"]): void {
  for (const { name, of, type, line } of params) {
    if (of === undefined) continue;
    if (type !== "list" && type !== "string")
      throw new ReportFileError(
        file,
        line,
        `only a list or a string is "of" a column, not the ${type} "${name}"`,
      );
    if (!columns.some((column) => column.name === of))
      throw new ReportFileError(file, line, `"${name}" is of the column "${of}", which is not declared`);
  }
}

function unique<T extends { name: string }>(
  file: string,
  items: readonly T[],
  what: string,
  at: readonly Line[],
): T[] {
  items.forEach((item, index) => {
    if (items.findIndex((other) => other.name === item.name) !== index)
      throw new ReportFileError(file, at[index]?.line ?? 1, `the ${what} "${item.name}" is declared twice`);
  });
  return [...items];
}
