import { headingOf, isNumber, type RenderInput } from "./model";
import { forPeople } from "./numbers";
import { visible } from "./text";

/** A table in GitHub's Markdown, numbers right-aligned. */
export async function* markdown({
  title,
  description,
  columns,
  rows,
  notes = [],
  warnings,
}: RenderInput): AsyncGenerator<string> {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;
  yield `## ${escaped(title)}\n\n${description ? `${escaped(description)}\n\n` : ""}`;
  const warningLines = (await warnings?.()) ?? [];
  if (warningLines.length > 0) yield `${warningLines.map((text) => `> ${escaped(text)}\n`).join(">\n")}\n`;
  yield line(columns.map((column) => escaped(headingOf(column))));
  yield line(columns.map((column) => (isNumber(column.type) ? "---:" : "---")));
  for await (const batch of rows)
    if (batch.length > 0)
      yield batch
        .map((row) => line(columns.map((column, at) => escaped(forPeople(column, row[at] ?? null)))))
        .join("");
  if (notes.length > 0) yield `\n${notes.map((note) => `- ${escaped(note)}\n`).join("")}`;
}

/** Escapes Markdown, and the HTML that Markdown allows. */
const escaped = (text: string): string =>
  visible(text)
    .replace(/[\\`*_~|[\]#$]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
