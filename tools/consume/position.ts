import { readTime, timesInWords } from "../../sql/library/times";
import { UsageError } from "../kit/errors";
import type { Position } from "./sources/kinesis/position";

/** The position in a stream that --from names. */
export function positionOf(from: string, now: number): Position {
  if (from === "TRIM_HORIZON" || from === "LATEST") return { type: from };
  const [, how, sequence] = /^(at|after):(\d{1,129})$/.exec(from) ?? [];
  if (how !== undefined && sequence !== undefined)
    return { type: how === "at" ? "AT_SEQUENCE_NUMBER" : "AFTER_SEQUENCE_NUMBER", sequence };
  const at = readTime(from, now);
  if (at === undefined)
    throw new UsageError(
      `--from takes TRIM_HORIZON, LATEST, at:<sequence number>, after:<sequence number> or a time (${timesInWords}), not "${from}"`,
    );
  if (at > now) throw new UsageError(`--from ${from} is in the future`);
  return { type: "AT_TIMESTAMP", at: new Date(at) };
}
