import { AwsError } from "../../../errors";
import type { Operations } from "../../../service";
import { groupName, invalidParameter, type LogStore, type LogStream, streamKey } from "../store";

export function streamOperations(store: LogStore) {
  const ofStream = (input: { logGroupName: string | undefined; logStreamName: string | undefined }) => [
    `${store.groupArn(input.logGroupName ?? "")}:log-stream:${input.logStreamName ?? ""}`,
  ];
  return {
    CreateLogStream: {
      rules: { logStreamName: { length: [1, 512], pattern: /[^:*]*/ } },
      resources: ofStream,
      run: ({ logGroupName: group = "", logStreamName: name = "" }) => {
        store.group(group);
        if (store.streams.has(streamKey(group, name)))
          throw new AwsError("ResourceAlreadyExistsException", "The specified log stream already exists");
        store.streams.set(streamKey(group, name), { group, name, created: store.cloud.clock.now() });
        return {};
      },
    },
    DeleteLogStream: {
      resources: ofStream,
      run: ({ logGroupName = "", logStreamName = "" }) => {
        store.dropStream(store.stream(logGroupName, logStreamName));
        return {};
      },
    },
    DescribeLogStreams: {
      resources: (input) => [`${store.groupArn(groupName(input))}:log-stream:`],
      run: (input) => {
        const {
          logStreamNamePrefix = "",
          orderBy = "LogStreamName",
          descending = false,
          nextToken,
          limit = 50,
        } = input;
        if (orderBy === "LastEventTime" && logStreamNamePrefix)
          throw invalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
        const group = store.group(groupName(input)).name;
        const found = store.streamsOf(group).filter(({ name }) => name.startsWith(logStreamNamePrefix));
        if (orderBy === "LastEventTime") found.sort((a, b) => lastEvent(store, a) - lastEvent(store, b));
        if (descending) found.reverse();
        const from = nextToken === undefined ? 0 : found.findIndex(({ name }) => name === nextToken) + 1;
        const shown = found.slice(from, from + limit);
        return {
          logStreams: shown.map((stream) => describe(store, stream)),
          ...(from + limit < found.length && { nextToken: shown.at(-1)?.name }),
        };
      },
    },
  } satisfies Operations<"logs">;
}

const lastEvent = (store: LogStore, stream: LogStream): number => store.events(stream).summary().last ?? 0;

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
