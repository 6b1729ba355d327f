import type { Table } from "@aws-sdk/client-glue";
import { reportIds } from "../../sql/library/library";
import { closestOrAll } from "../../tools/kit/did-you-mean";
import { Failure } from "../../tools/kit/errors";
import { columnsOf } from "../plan/catalogue";
import { type RenderInput, rowsOf } from "../render/model";

const keywords =
  "SELECT FROM WHERE GROUP BY ORDER LIMIT WITH JOIN ON AND OR NOT NULL BETWEEN COUNT SUM AVG MIN MAX".split(
    " ",
  );
export const shellCommands = ["\\d", "\\r", "\\x", "\\chart", "\\timing", "\\?", "\\q"];

/** Completions of the last word of a line. */
export function complete(line: string, tables: readonly Table[], folder?: string): [string[], string] {
  const word = /[^\s(),;=<>]*$/.exec(line)?.[0] ?? "";
  const candidates = (): string[] => {
    if (/^\s*\\r\s+\S*$/.test(line))
      return reportIds(folder).flatMap((id) => [id, id.slice(id.indexOf("/") + 1)]);
    const names = tables.map(({ Name = "" }) => Name);
    if (/^\s*\\d\s+\S*$/.test(line)) return names;
    if (line.trimStart().startsWith("\\")) return shellCommands;
    return [
      ...names,
      ...tables.flatMap((table) => columnsOf(table).map(({ Name = "" }) => Name)),
      ...keywords,
    ];
  };
  const start = word.toLowerCase();
  return [[...new Set(candidates())].filter((name) => name.toLowerCase().startsWith(start)).sort(), word];
}

/** The tables of the database, or the columns of one. */
export function describeTables(tables: readonly Table[], name: string | undefined): RenderInput {
  const list = (heads: readonly string[], rows: (string | null)[][]): RenderInput => ({
    title: name ?? "Tables",
    description: "",
    columns: heads.map((head) => ({ name: head, type: "varchar" })),
    rows: rowsOf(rows),
  });
  if (name === undefined)
    return list(
      ["table", "kind", "description"],
      tables.map(({ Name = "", TableType, Description }) => [
        Name,
        TableType === "VIRTUAL_VIEW" ? "view" : "table",
        Description ?? null,
      ]),
    );
  const table = tables.find(({ Name }) => Name === name.toLowerCase());
  if (!table) {
    const names = tables.map(({ Name = "" }) => Name);
    throw new Failure(`there is no table ${name}${closestOrAll(name, names, "tables")}`);
  }
  const partitions = new Set((table.PartitionKeys ?? []).map((key) => key.Name));
  return list(
    ["column", "type", "partition", "description"],
    columnsOf(table).map(({ Name = "", Type = "", Comment }) => [
      Name,
      Type,
      partitions.has(Name) ? "yes" : null,
      Comment ?? null,
    ]),
  );
}
