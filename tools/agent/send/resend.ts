import { backoffMs, pause } from "../../../functions/shared/backoff";
import type { Entry, PutOnce } from "./framing";

export interface Sending {
  readonly put: PutOnce;
  readonly signal: AbortSignal;
  /** Maximum records and bytes of one call. */
  readonly records: number;
  readonly bytes: number;
  readonly onAccepted: (entries: readonly Entry[]) => void;
  readonly onRefused: (entries: readonly Entry[], reason: string) => void;
  readonly random?: () => number;
}

/**
 * Sends entries until each is accepted, retrying only those refused, with exponential backoff. At most one entry per
 * lane is in flight, so that no entry overtakes a refused one.
 */
export async function sendAll(entries: readonly Entry[], sending: Sending): Promise<void> {
  const { put, signal, random = Math.random } = sending;
  let waiting = [...entries];
  for (let attempt = 0; waiting.length > 0; ) {
    signal.throwIfAborted();
    const chosen = choose(waiting, sending);
    const refused = await attemptOnce(put, chosen, signal);
    const accepted = chosen.filter((entry) => !refused.has(entry));
    const gone = new Set(accepted);
    waiting = waiting.filter((entry) => !gone.has(entry));
    if (accepted.length > 0) sending.onAccepted(accepted);
    if (refused.size === 0) {
      attempt = 0;
      continue;
    }
    const [reason = ""] = refused.values();
    sending.onRefused([...refused.keys()], reason);
    await pause(backoffMs(++attempt, random), signal);
  }
}

/** The entries of the next call, in order: at most one per lane, within the limits of a call. */
function choose(waiting: readonly Entry[], { records, bytes }: Sending): Entry[] {
  const chosen: Entry[] = [];
  const lanes = new Set<string>();
  let left = bytes;
  for (const entry of waiting) {
    if (chosen.length === records) break;
    if (entry.lane !== undefined && lanes.has(entry.lane)) continue;
    const size = entry.data.byteLength + entry.partitionKey.length;
    if (chosen.length > 0 && size > left) break;
    left -= size;
    chosen.push(entry);
    if (entry.lane !== undefined) lanes.add(entry.lane);
  }
  return chosen;
}

/** A failed call counts every entry as refused. Every error is retried: it may be fixed while the agent runs. */
async function attemptOnce(
  put: PutOnce,
  entries: readonly Entry[],
  signal: AbortSignal,
): Promise<ReadonlyMap<Entry, string>> {
  try {
    return await put(entries, signal);
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return new Map(entries.map((entry) => [entry, reason]));
  }
}
