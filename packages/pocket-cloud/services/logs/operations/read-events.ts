import type { Operations } from "../../../service";
import { checkEventsKey } from "../encryption";
import { invalidParameter } from "../errors";
import type { LogEvent } from "../events";
import { filterPattern } from "../patterns";
import { groupName, type LogStore } from "../store";

const MAX_EVENTS = 10_000;
const MAX_BYTES = 1_048_576;
const BEGINNING = "";

export function readOperations(store: LogStore) {
  const timeRange = (
    group: string,
    {
      startTime = 0,
      endTime = Number.MAX_SAFE_INTEGER,
    }: { startTime?: number | undefined; endTime?: number | undefined },
  ) => ({ from: Math.max(startTime, store.horizon(store.group(group))), to: endTime });
  return {
    GetLogEvents: {
      resources: (input) => store.streamArns(input, input.logStreamName),
      run: (input) => {
        const group = groupName(input);
        const stream = store.stream(group, input.logStreamName ?? "");
        checkEventsKey(store, store.group(group), "kms:Decrypt");
        const { direction, id } = readToken(input.nextToken, input.startFromHead ?? false);
        const all = store.events(stream).read(timeRange(group, input));
        const isLater = (event: LogEvent) => event.id > id;
        const isEarlier = (event: LogEvent) => id === BEGINNING || event.id < id;
        const page =
          direction === "f"
            ? firstPage(all.filter(isLater), input.limit)
            : firstPage(all.filter(isEarlier).reverse(), input.limit).reverse();
        return {
          events: page.map(({ timestamp, message, ingested }) => ({
            timestamp,
            message,
            ingestionTime: ingested,
          })),
          nextForwardToken: `f/${page.at(-1)?.id ?? id}`,
          nextBackwardToken: `b/${page[0]?.id ?? id}`,
        };
      },
    },
    FilterLogEvents: {
      resources: (input) => store.streamArns(input),
      run: (input) => {
        const group = groupName(input);
        if (input.logStreamNames && input.logStreamNamePrefix)
          throw invalidParameter("logStreamNames and logStreamNamePrefix cannot be given together.");
        checkEventsKey(store, store.group(group), "kms:Decrypt");
        const names = input.logStreamNames?.map((name) => store.stream(group, name).name);
        const { matches } = filterPattern(input.filterPattern);
        const found = store
          .streamsOf(store.group(group).name)
          .filter(({ name }) => names?.includes(name) ?? name.startsWith(input.logStreamNamePrefix ?? ""))
          .flatMap((stream) =>
            store
              .events(stream)
              .read(timeRange(group, input))
              .filter(({ message }) => matches(message))
              .map((event) => ({ ...event, stream: stream.name, position: `${event.id}/${stream.name}` })),
          )
          .sort((a, b) => (a.position < b.position ? -1 : 1))
          .filter(({ position }) => position > (input.nextToken ?? BEGINNING));
        const page = firstPage(found, input.limit);
        return {
          events: page.map(({ id, stream, timestamp, message, ingested }) => ({
            logStreamName: stream,
            timestamp,
            message,
            ingestionTime: ingested,
            eventId: id,
          })),
          searchedLogStreams: [],
          ...(page.length < found.length && { nextToken: page.at(-1)?.position }),
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

/** The first events, up to the limits of one answer. */
function firstPage<T extends Pick<LogEvent, "message">>(events: readonly T[], limit = MAX_EVENTS): T[] {
  const page: T[] = [];
  let bytes = 0;
  for (const event of events) {
    bytes += Buffer.byteLength(event.message);
    if (page.length >= limit || (bytes > MAX_BYTES && page.length > 0)) break;
    page.push(event);
  }
  return page;
}
