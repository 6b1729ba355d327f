import type { Cells } from "../../data/cells";

/** The first rows, and a stream of all rows, for formats that draw a chart before they write the rows. */
export async function readAhead(rows: AsyncIterable<readonly Cells[]>, limit: number) {
  const iterator = rows[Symbol.asyncIterator]();
  const batches: (readonly Cells[])[] = [];
  let count = 0;
  let ended = false;
  while (count < limit && !ended) {
    const next = await iterator.next();
    ended = next.done === true;
    if (next.done) break;
    batches.push(next.value);
    count += next.value.length;
  }
  async function* all(): AsyncGenerator<readonly Cells[]> {
    try {
      yield* batches;
      if (!ended)
        for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { first: batches.flat().slice(0, limit), complete: ended && count <= limit, all: all() };
}
