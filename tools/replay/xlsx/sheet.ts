import type { Archive } from "./archive";
import { TextReader } from "./strings";
import { type Attributes, parseXml } from "./xml";

export type Cell = string | number | boolean;

export interface SheetRow {
  /** Row number in the sheet, from 1. */
  readonly number: number;
  /** By column; empty cells are undefined. */
  readonly cells: readonly (Cell | undefined)[];
}

/** The rows of a sheet that have a value, read in pieces. */
export async function* sheetRows(
  archive: Archive,
  part: string,
  strings: readonly string[],
): AsyncGenerator<SheetRow> {
  const rows = new RowReader(strings);
  const parsing = parseXml(archive.text(part), {
    open: (name, attributes) => rows.open(name, attributes),
    text: (text) => rows.text(text),
    close: (name) => rows.close(name),
  });
  for await (const _ of parsing) yield* rows.taken();
  yield* rows.taken();
}

class RowReader {
  #rows: SheetRow[] = [];
  #number = 0;
  #cells: (Cell | undefined)[] = [];
  #column = -1;
  #type = "n";
  #value = "";
  #inValue = false;
  readonly #inline = new TextReader();

  constructor(private readonly strings: readonly string[]) {}

  taken(): readonly SheetRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  open(name: string, { r, t }: Attributes): void {
    if (name === "row") {
      this.#number = r === undefined ? this.#number + 1 : Number(r);
      this.#cells = [];
      this.#column = -1;
    } else if (name === "c") {
      this.#column = r === undefined ? this.#column + 1 : columnOf(r);
      this.#type = t ?? "n";
      this.#value = "";
      this.#inline.begin();
    } else if (name === "v") this.#inValue = true;
    else this.#inline.open(name);
  }

  text(text: string): void {
    if (this.#inValue) this.#value += text;
    else this.#inline.add(text);
  }

  close(name: string): void {
    if (name === "v") this.#inValue = false;
    else if (name === "c") {
      const cell = this.#cell();
      if (cell !== undefined && cell !== "") this.#cells[this.#column] = cell;
    } else if (name === "row") {
      if (this.#cells.length > 0) this.#rows.push({ number: this.#number, cells: this.#cells });
    } else this.#inline.close(name);
  }

  #cell(): Cell | undefined {
    if (this.#type === "inlineStr") return this.#inline.end();
    if (this.#value === "") return undefined;
    if (this.#type === "s") return this.strings[Number(this.#value)];
    if (this.#type === "b") return this.#value === "1";
    return this.#type === "n" ? Number(this.#value) : this.#value;
  }
}

const A = "A".charCodeAt(0);
/** Excel's last column is XFD. */
const LAST_COLUMN = 16_383;

/** 0 for "A1", 26 for "AA1". */
export function columnOf(reference: string): number {
  let column = 0;
  for (let at = 0; at < reference.length; at++) {
    const letter = reference.charCodeAt(at) - A;
    if (letter < 0 || letter > 25) break;
    column = column * 26 + letter + 1;
  }
  if (column - 1 > LAST_COLUMN) throw new Error(`there is no column ${reference}`);
  return column - 1;
}

/** "AA" for 26. */
export const columnName = (column: number): string =>
  (column < 26 ? "" : columnName(Math.floor(column / 26) - 1)) + String.fromCharCode(A + (column % 26));
