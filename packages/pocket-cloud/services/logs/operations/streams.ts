import type { Operations } from "../../../service";
import { checkEventsKey } from "../encryption";
import { invalidParameter } from "../errors";
import { DAY_MS, sizeOf } from "../events";
import { checkNameLength, groupName, type LogStore, type LogStream } from "../store";

const MAX_EVENTS = 10_000;
const MAX_BYTES = 1_048_576;
const MAX_AGE_MS = 14 * DAY_MS;
const MAX_FUTURE_MS = 2 * 3600 * 1000;

export function streamOperations(store: LogStore) {
  const resources = (input: { logGroupName: string | undefined; logStreamName: string | undefined }) =>
    store.streamArns(input, input.logStreamName);
  return {
    CreateLogStream: {
      resources,
      run: ({ logGroupName = "", logStreamName = "" }) => {
        checkNameLength(logStreamName);
        store.createStream(logGroupName, logStreamName);
        return {};
      },
    },
    DeleteLogStream: {
      resources,
      run: ({ logGroupName = "", logStreamName = "" }) => {
        store.deleteStream(store.stream(logGroupName, logStreamName));
        return {};
      },
    },
    DescribeLogStreams: {
      resources: (input) => store.streamArns(input),
      run: (input) => {
        const { logStreamNamePrefix = "", orderBy, descending = false, nextToken, limit = 50 } = input;
        const byTime = orderBy === "LastEventTime";
        if (byTime && logStreamNamePrefix)
          throw invalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
        const group = store.group(groupName(input)).name;
        const found = store.streamsOf(group).filter(({ name }) => name.startsWith(logStreamNamePrefix));
        if (byTime) found.sort((a, b) => lastEventTime(store, a) - lastEventTime(store, b));
        if (descending) found.reverse();
        const from = nextToken === undefined ? 0 : found.findIndex(({ name }) => name === nextToken) + 1;
        const page = found.slice(from, from + limit);
        return {
          logStreams: page.map((stream) => describe(store, stream)),
          ...(from + limit < found.length && { nextToken: page.at(-1)?.name }),
        };
      },
    },
    PutLogEvents: {
      resources,
      run: ({ logGroupName = "", logStreamName = "", logEvents = [] }) => {
        const stream = store.stream(logGroupName, logStreamName);
        const events = logEvents.map(({ timestamp = 0, message = "" }) => ({ timestamp, message }));
        checkBatch(events);
        checkEventsKey(store, store.group(logGroupName), "kms:GenerateDataKey");
        const now = store.cloud.clock.now();
        const horizon = store.horizon(store.group(logGroupName));
        const tooOld = events.filter(({ timestamp }) => timestamp < now - MAX_AGE_MS).length;
        const expired = events.filter(({ timestamp }) => timestamp < horizon).length;
        const tooNew = events.findIndex(({ timestamp }) => timestamp > now + MAX_FUTURE_MS);
        const accepted = events.slice(Math.max(tooOld, expired), tooNew < 0 ? undefined : tooNew);
        if (accepted.length > 0) {
          store.events(stream).append(accepted, now);
          const names = { logGroup: logGroupName, logStream: logStreamName };
          store.cloud.bus.emit("logs:events", { ...names, events: accepted });
        }
        const rejected = {
          ...(tooNew >= 0 && { tooNewLogEventStartIndex: tooNew }),
          ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
          ...(expired > tooOld && { expiredLogEventEndIndex: expired }),
        };
        // AWS no longer checks sequence tokens, but some agents still send them back.
        return {
          nextSequenceToken: String(now),
          ...(Object.keys(rejected).length > 0 && { rejectedLogEventsInfo: rejected }),
        };
      },
    },
  } satisfies Operations<"logs">;
}

function checkBatch(events: readonly { timestamp: number; message: string }[]): void {
  if (events.length === 0 || events.length > MAX_EVENTS)
    throw invalidParameter(`A batch has 1 to ${MAX_EVENTS} log events, not ${events.length}.`);
  const bytes = events.reduce((sum, { message }) => sum + sizeOf(message), 0);
  if (bytes > MAX_BYTES)
    throw invalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${MAX_BYTES}`);
  const times = events.map(({ timestamp }) => timestamp);
  if (times.some((time, index) => time < (times[index - 1] ?? 0)))
    throw invalidParameter("Log events in a single PutLogEvents request must be in chronological order.");
  if ((times.at(-1) ?? 0) - (times[0] ?? 0) > DAY_MS)
    throw invalidParameter(
      "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
    );
}

const lastEventTime = (store: LogStore, stream: LogStream): number =>
  store.events(stream).summary().last ?? 0;

function describe(store: LogStore, stream: LogStream) {
  const { first, last, lastIngested } = store.events(stream).summary();
  return {
    logStreamName: stream.name,
    creationTime: stream.created,
    arn: `${store.groupArn(stream.group)}:log-stream:${stream.name}`,
    storedBytes: 0,
    ...(first !== undefined && { firstEventTimestamp: first }),
    ...(last !== undefined && { lastEventTimestamp: last }),
    ...(lastIngested !== undefined && { lastIngestionTime: lastIngested }),
  };
}
