import { join } from "node:path";
import { readIfThere, writeAtomic } from "../kit/files";

interface Mark {
  /** The instant that the samples are told as of. */
  readonly asOf: number;
  readonly sent: boolean;
}

/**
 * Sends once in the life of a state directory. The instant is kept before the first record goes out: a start killed on
 * the way sends the same events again, under the same keys, and tables and views show them once.
 */
export async function sendOnce(
  dir: string,
  now: number,
  send: (asOf: number) => Promise<void>,
): Promise<void> {
  const path = join(dir, "samples.json");
  const keep = (mark: Mark): void => writeAtomic(path, JSON.stringify(mark));
  const text = readIfThere(path)?.toString("utf8");
  const mark: Mark = text === undefined ? { asOf: now, sent: false } : JSON.parse(text);
  if (mark.sent) return;
  keep(mark);
  await send(mark.asOf);
  keep({ ...mark, sent: true });
}
