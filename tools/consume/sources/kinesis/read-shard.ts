import type { Position } from "./position";
import type { Page, Reading, ReadPages } from "./reading";

export interface ShardReading extends Reading {
  readonly pages: ReadPages;
  /** False: read the shard up to its tip at the start. */
  readonly follow: boolean;
}

/** Reads a shard page by page. True at the end of the shard, false at its tip as of the start. */
export async function readShard(
  reading: ShardReading,
  shardId: string,
  from: Position,
  onPage: (page: Page) => Promise<void>,
): Promise<boolean> {
  const atTip = tip();
  for await (const page of reading.pages(reading, shardId, from)) {
    await onPage(page);
    if (page.ended) return true;
    if (!reading.follow && atTip(page)) return false;
  }
  return true;
}

/**
 * Tells whether a page reaches the tip as it was when reading began, by the service's clock: a page states how far its
 * last record is behind the tip.
 */
function tip(): (page: Page) => boolean {
  let began: number | undefined;
  return ({ Records = [], MillisBehindLatest = 0 }) => {
    const arrived = Records.at(-1)?.ApproximateArrivalTimestamp?.getTime();
    if (MillisBehindLatest === 0) return true;
    if (arrived === undefined) return false;
    began ??= arrived + MillisBehindLatest;
    return arrived >= began;
  };
}
