import type { Cells } from "../../data/cells";

export type { Cells } from "../../data/cells";

/**
 * Parses Athena's result files from pieces of any size. Athena quotes every value, doubles quotes within values, and
 * writes NULL as an empty field without quotes. Buffers one row at most.
 */
export class ResultCsvParser {
  #row: (string | null)[] = [];
  #cell = "";
  #quoted = false;
  #inside = false;
  #quoteSeen = false;

  /** Adds a piece and returns the rows that it completes. */
  push(piece: string): Cells[] {
    const rows: Cells[] = [];
    let at = 0;
    while (at < piece.length) {
      if (this.#quoteSeen) {
        this.#quoteSeen = false;
        if (piece[at] === '"') {
          this.#cell += '"';
          at++;
          continue;
        }
        this.#inside = false;
      }
      if (this.#inside) {
        const quote = piece.indexOf('"', at);
        this.#cell += quote < 0 ? piece.slice(at) : piece.slice(at, quote);
        this.#quoteSeen = quote >= 0;
        at = quote < 0 ? piece.length : quote + 1;
        continue;
      }
      const character = piece[at++];
      if (character === '"') {
        this.#inside = true;
        this.#quoted = true;
      } else if (character === ",") this.#endCell();
      else if (character === "\n") {
        this.#endCell();
        rows.push(this.#row);
        this.#row = [];
      } else if (character !== "\r") this.#cell += character;
    }
    return rows;
  }

  /** Returns a last row that has no newline. */
  end(): Cells[] {
    if (this.#row.length === 0 && this.#cell === "" && !this.#quoted) return [];
    this.#endCell();
    return [this.#row];
  }

  #endCell(): void {
    this.#row.push(this.#cell === "" && !this.#quoted ? null : this.#cell);
    this.#cell = "";
    this.#quoted = false;
    this.#inside = false;
    this.#quoteSeen = false;
  }
}
