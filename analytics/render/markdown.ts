import { headingOf, isNumber, type RenderInput } from "./model";
import { forPeople } from "./numbers";
import { visible } from "./text";

/** A table of GitHub's Markdown; numbers to the right. */
export async function* markdown({
  title,
  description,
  columns,
  rows,
  notes = [],
  shortcomings,
}: RenderInput): AsyncGenerator<string> {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;
  yield `## ${escaped(title)}\n\n${description ? `${escaped(description)}\n\n` : ""}`;
  const lacking = (await shortcomings?.()) ?? [];
  if (lacking.length > 0) yield `${lacking.map((text) => `> ${escaped(text)}\n`).join(">\n")}\n`;
  yield line(columns.map((column) => escaped(headingOf(column))));
  yield line(columns.map((column) => (isNumber(column.type) ? "---:" : "---")));
  for await (const batch of rows)
    if (batch.length > 0)
      yield batch
        .map((row) => line(columns.map((column, at) => escaped(forPeople(column, row[at] ?? null)))))
        .join("");
  if (notes.length > 0) yield `\n${notes.map((note) => `- ${escaped(note)}\n`).join("")}`;
}

/** Nothing of a text is markup, in Markdown or in the HTML that it may become. */
const escaped = (text: string): string =>
  visible(text)
    .replace(/[\\`*_~|[\]#$]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
