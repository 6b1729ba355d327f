import { headingOf, type RenderInput } from "./model";
import { forPeople } from "./numbers";
import { pad, visible, widthOf } from "./text";

/** A line per column, for rows that are wider than the terminal. */
export async function* records({ columns, rows }: RenderInput): AsyncGenerator<string> {
  const heads = columns.map((column) => visible(headingOf(column)));
  const width = Math.max(0, ...heads.map(widthOf));
  let count = 0;
  for await (const batch of rows)
    for (const row of batch) {
      const lines = columns.map((column, at) =>
        `${pad(heads[at] ?? "", width, false)}  ${visible(forPeople(column, row[at] ?? null))}`.trimEnd(),
      );
      yield `── row ${++count}\n${lines.join("\n")}\n`;
    }
  if (count === 0) yield "no rows\n";
}
