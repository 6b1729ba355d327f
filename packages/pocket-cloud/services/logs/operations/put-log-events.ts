import type { Operations } from "../../../service";
import { DAY_MS, invalidParameter, type LogStore } from "../store";

const MAX_EVENTS = 10_000;
const MAX_BYTES = 1_048_576;
const EVENT_OVERHEAD = 26;
const OLDEST_MS = 14 * DAY_MS;
const NEWEST_MS = 2 * 3600 * 1000;

export const putLogEvents = (store: LogStore): NonNullable<Operations<"logs">["PutLogEvents"]> => ({
  resources: (input) => [
    `${store.groupArn(input.logGroupName ?? "")}:log-stream:${input.logStreamName ?? ""}`,
  ],
  run: ({ logGroupName = "", logStreamName = "", logEvents = [] }) => {
    const stream = store.stream(logGroupName, logStreamName);
    const events = logEvents.map(({ timestamp = 0, message = "" }) => ({ timestamp, message }));
    checkBatch(events);
    const now = store.cloud.clock.now();
    const horizon = store.horizon(store.group(logGroupName));
    const tooOld = events.filter(({ timestamp }) => timestamp < now - OLDEST_MS).length;
    const expired = events.filter(({ timestamp }) => timestamp < horizon).length;
    const tooNew = events.findIndex(({ timestamp }) => timestamp > now + NEWEST_MS);
    const accepted = events.slice(Math.max(tooOld, expired), tooNew < 0 ? undefined : tooNew);
    if (accepted.length > 0) {
      store.events(stream).append(accepted, now);
      store.cloud.bus.emit("logs:events", {
        logGroup: logGroupName,
        logStream: logStreamName,
        events: accepted,
      });
    }
    const rejected = {
      ...(tooNew >= 0 && { tooNewLogEventStartIndex: tooNew }),
      ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
      ...(expired > tooOld && { expiredLogEventEndIndex: expired }),
    };
    // Sequence tokens are no longer checked by AWS, but some agents still pass them on.
    return {
      nextSequenceToken: String(now),
      ...(Object.keys(rejected).length > 0 && { rejectedLogEventsInfo: rejected }),
    };
  },
});

function checkBatch(events: readonly { timestamp: number; message: string }[]): void {
  if (events.length === 0 || events.length > MAX_EVENTS)
    throw invalidParameter(`A batch has 1 to ${MAX_EVENTS} log events, not ${events.length}.`);
  const bytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + EVENT_OVERHEAD, 0);
  if (bytes > MAX_BYTES)
    throw invalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${MAX_BYTES}`);
  for (const [index, { timestamp }] of events.entries())
    if (index > 0 && timestamp < (events[index - 1]?.timestamp ?? 0))
      throw invalidParameter("Log events in a single PutLogEvents request must be in chronological order.");
  if ((events.at(-1)?.timestamp ?? 0) - (events[0]?.timestamp ?? 0) > DAY_MS)
    throw invalidParameter(
      "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
    );
}
