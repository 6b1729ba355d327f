import type { Validated } from "../../data/feeds";

export interface FileRow {
  /** Name of the sheet in a workbook. */
  readonly sheet?: string;
  /** Line number in the file; for JSON, the number of the event; in a workbook, the row of the sheet. */
  readonly number: number;
  readonly result: Validated;
  /** The content of an invalid row. */
  readonly given: unknown;
  /** The line of an invalid row as producers send it. Without it, `given` is sent with the place. */
  readonly text?: string;
}

/** Where a row is, for messages. */
export const placeOf = (path: string, { sheet, number }: Pick<FileRow, "sheet" | "number">): string =>
  sheet === undefined ? `${path}:${number}` : `${path}, sheet "${sheet}", row ${number}:`;
