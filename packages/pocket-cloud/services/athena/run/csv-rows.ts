const QUOTE = 0x22;
const COMMA = 0x2c;
const NEWLINE = 0x0a;

/** Parses rows from chunks of a result object, and counts the bytes of complete rows. */
export class CsvRows {
  readonly rows: (string | null)[][] = [];
  /** Bytes of the complete rows. */
  consumed = 0;
  #rest: Buffer = Buffer.alloc(0);

  /** Without `quoted`, rows are lines of plain text: results of statements other than queries. */
  constructor(readonly quoted: boolean) {}

  /** Parses rows up to `limit`. */
  take(chunk: Uint8Array, limit: number): void {
    const bytes =
      this.#rest.length === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
        : Buffer.concat([this.#rest, chunk]);
    let start = 0;
    while (this.rows.length < limit) {
      const end = this.#rowEnd(bytes, start);
      if (end < 0) break;
      this.rows.push(this.quoted ? fields(bytes.subarray(start, end)) : [bytes.toString("utf8", start, end)]);
      start = end + 1;
    }
    this.consumed += start;
    this.#rest = Buffer.from(bytes.subarray(start));
  }

  /** Takes the last line of plain text, which has no line feed. */
  end(limit: number): void {
    if (this.quoted || this.rows.length >= limit) return;
    this.rows.push([this.#rest.toString("utf8")]);
    this.consumed += this.#rest.length + 1;
    this.#rest = Buffer.alloc(0);
  }

  #rowEnd(bytes: Buffer, from: number): number {
    let inside = false;
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === QUOTE && this.quoted) inside = !inside;
      else if (byte === NEWLINE && !inside) return at;
    }
    return -1;
  }
}

/** A field without quotes is NULL. */
function fields(row: Buffer): (string | null)[] {
  const found: (string | null)[] = [];
  let at = 0;
  for (;;) {
    if (row[at] !== QUOTE) {
      found.push(null);
    } else {
      let end = at + 1;
      let doubled = false;
      for (; ; end++) {
        if (row[end] !== QUOTE) continue;
        if (row[end + 1] !== QUOTE) break;
        doubled = true;
        end++;
      }
      const text = row.toString("utf8", at + 1, end);
      found.push(doubled ? text.replaceAll('""', '"') : text);
      at = end + 1;
    }
    if (row[at] !== COMMA) return found;
    at++;
  }
}
