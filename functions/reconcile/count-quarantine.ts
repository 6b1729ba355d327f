import { linesOf } from "../shared/objects";
import type { LakeOfFeed } from "./lake";

export interface QuarantineCount {
  /** Refused lines. */
  readonly lines: number;
  /** Refused lines of direct deliveries. */
  readonly direct: number;
  /** Refused lines by source record. */
  readonly sources: ReadonlyMap<string, number>;
  /** Rows by name of a field that no column knows. */
  readonly unknownFields: Readonly<Record<string, number>>;
}

/** Counts refused lines and unknown fields. A field's entry is no refused line: its rows are stored. */
export async function countQuarantine({ objects: objectsUnder, feed }: LakeOfFeed): Promise<QuarantineCount> {
  const sources = new Map<string, number>();
  const unknownFields: Record<string, number> = {};
  let lines = 0;
  let direct = 0;
  for await (const { key, text } of objectsUnder(`quarantine/${feed.name}/`))
    for (const line of linesOf(text)) {
      const { source, column, rows } = entryOf(line);
      if (rows !== undefined) {
        unknownFields[column ?? ""] = (unknownFields[column ?? ""] ?? 0) + rows;
        continue;
      }
      lines++;
      if (key.includes("/transform-")) direct++;
      else if (source !== undefined) sources.set(source, (sources.get(source) ?? 0) + 1);
    }
  return { lines, direct, sources, unknownFields };
}

function entryOf(line: string): { source?: string; column?: string | null; rows?: number } {
  try {
    return JSON.parse(line) as ReturnType<typeof entryOf>;
  } catch {
    return {};
  }
}
