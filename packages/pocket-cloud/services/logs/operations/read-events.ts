import type { Operations } from "../../../service";
import type { LogEvent } from "../events";
import { messageFilter } from "../filter";
import { groupName, invalidParameter, type LogStore } from "../store";

const MAX_EVENTS = 10_000;
const MAX_BYTES = 1_048_576;
const BEGINNING = "";

export function readOperations(store: LogStore) {
  const span = (group: string, input: { startTime?: number | undefined; endTime?: number | undefined }) => ({
    from: Math.max(input.startTime ?? 0, store.horizon(store.group(group))),
    to: input.endTime ?? Number.MAX_SAFE_INTEGER,
  });
  return {
    GetLogEvents: {
      rules: { limit: { range: [1, MAX_EVENTS] } },
      resources: (input) => [`${store.groupArn(groupName(input))}:log-stream:${input.logStreamName ?? ""}`],
      run: (input) => {
        const group = groupName(input);
        const stream = store.stream(group, input.logStreamName ?? "");
        const { direction, id } = readToken(input.nextToken, input.startFromHead ?? false);
        const all = store.events(stream).read(span(group, input));
        const shown =
          direction === "f"
            ? fit(
                all.filter((event) => event.id > id),
                input.limit,
              )
            : fit(all.filter((event) => id === BEGINNING || event.id < id).reverse(), input.limit).reverse();
        return {
          events: shown.map(({ timestamp, message, ingested }) => ({
            timestamp,
            message,
            ingestionTime: ingested,
          })),
          nextForwardToken: `f/${shown.at(-1)?.id ?? id}`,
          nextBackwardToken: `b/${shown[0]?.id ?? id}`,
        };
      },
    },
    FilterLogEvents: {
      rules: { limit: { range: [1, MAX_EVENTS] } },
      resources: (input) => [`${store.groupArn(groupName(input))}:log-stream:`],
      run: (input) => {
        const group = groupName(input);
        if (input.logStreamNames && input.logStreamNamePrefix)
          throw invalidParameter("logStreamNames and logStreamNamePrefix cannot be given together.");
        const wanted = input.logStreamNames?.map((name) => store.stream(group, name).name);
        const passes = messageFilter(input.filterPattern);
        const found = store
          .streamsOf(store.group(group).name)
          .filter(({ name }) => wanted?.includes(name) ?? name.startsWith(input.logStreamNamePrefix ?? ""))
          .flatMap((stream) =>
            store
              .events(stream)
              .read(span(group, input))
              .filter(({ message }) => passes(message))
              .map((event) => ({ ...event, stream: stream.name, place: `${event.id}/${stream.name}` })),
          )
          .sort((a, b) => (a.place < b.place ? -1 : 1))
          .filter(({ place }) => place > (input.nextToken ?? BEGINNING));
        const shown = fit(found, input.limit);
        return {
          events: shown.map(({ id, stream, timestamp, message, ingested }) => ({
            logStreamName: stream,
            timestamp,
            message,
            ingestionTime: ingested,
            eventId: id,
          })),
          searchedLogStreams: [],
          ...(shown.length < found.length && { nextToken: shown.at(-1)?.place }),
        };
      },
    },
  } satisfies Operations<"logs">;
}

function readToken(token: string | undefined, fromHead: boolean): { direction: "f" | "b"; id: string } {
  if (token === undefined) return { direction: fromHead ? "f" : "b", id: BEGINNING };
  const [, direction, id] = /^([fb])\/(\d*)$/.exec(token) ?? [];
  if (id === undefined) throw invalidParameter("The specified nextToken is invalid.");
  return { direction: direction === "f" ? "f" : "b", id };
}

/** As many events from the front as one answer carries. */
function fit<T extends Pick<LogEvent, "message">>(events: readonly T[], limit = MAX_EVENTS): T[] {
  const shown: T[] = [];
  let bytes = 0;
  for (const event of events) {
    bytes += Buffer.byteLength(event.message);
    if (shown.length >= limit || (bytes > MAX_BYTES && shown.length > 0)) break;
    shown.push(event);
  }
  return shown;
}
