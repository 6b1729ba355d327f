import { strict as assert } from "node:assert";
import { appendFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  ListTagsForResourceCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { type Cloud, startCloud } from "../../../cloud";
import { temporaryDirectory } from "../../temporary";

const START = Date.UTC(2026, 10, 20, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("CloudWatch Logs", () => {
  const directory = temporaryDirectory();
  let cloud: Cloud;
  let logs: CloudWatchLogsClient;
  const start = async (from = START) => {
    cloud = await startCloud({ dir: directory.path, clock: { simulateFrom: from } });
    const { endpoint, credentials } = cloud;
    logs = new CloudWatchLogsClient({ endpoint, credentials, region: "us-east-1", maxAttempts: 1 });
  };
  before(start.bind(undefined, START));
  after(async () => {
    await cloud.stop();
    directory.remove();
  });

  const stream = { logGroupName: "/aws/lambda/poll", logStreamName: "2026/11/20/[$LATEST]a" };
  const group = { logGroupName: stream.logGroupName };
  const put = (...messages: (readonly [offset: number, message: string])[]) =>
    logs.send(
      new PutLogEventsCommand({
        ...stream,
        logEvents: messages.map(([offset, message]) => ({ timestamp: START + offset, message })),
      }),
    );
  const read = async (more: object = {}) =>
    (await logs.send(new GetLogEventsCommand({ ...stream, startFromHead: true, ...more }))).events?.map(
      ({ message }) => message,
    );

  it("creates groups and streams, and refuses duplicates", async () => {
    await logs.send(new CreateLogGroupCommand({ ...group, tags: { app: "a" } }));
    await assert.rejects(logs.send(new CreateLogGroupCommand(group)), {
      name: "ResourceAlreadyExistsException",
    });
    await logs.send(new CreateLogStreamCommand(stream));
    await assert.rejects(logs.send(new CreateLogStreamCommand(stream)), {
      name: "ResourceAlreadyExistsException",
    });
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/aws/" }));
    assert.deepEqual(
      logGroups?.map(({ arn, creationTime }) => [arn, creationTime]),
      [["arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/poll:*", START]],
    );
  });

  it("sorts events by time and returns them by time range and page", async () => {
    await put([-HOUR, "early"], [0, "first"]);
    await put([-1, "between"], [1, "second é"]);
    assert.deepEqual(await read(), ["early", "between", "first", "second é"]);
    assert.deepEqual(await read({ startTime: START, endTime: START + 1 }), ["first"]);
    const page = await logs.send(new GetLogEventsCommand({ ...stream, limit: 3 }));
    assert.deepEqual(
      page.events?.map(({ message }) => message),
      ["between", "first", "second é"],
    );
    const back = await logs.send(new GetLogEventsCommand({ ...stream, nextToken: page.nextBackwardToken }));
    assert.deepEqual(
      back.events?.map(({ message }) => message),
      ["early"],
    );
    const end = await logs.send(new GetLogEventsCommand({ ...stream, nextToken: page.nextForwardToken }));
    assert.deepEqual(end.events, []);
    assert.equal(end.nextForwardToken, page.nextForwardToken);
  });

  it("describes a stream by its events", async () => {
    const { logStreams } = await logs.send(
      new DescribeLogStreamsCommand({ ...group, orderBy: "LastEventTime" }),
    );
    assert.equal(logStreams?.[0]?.firstEventTimestamp, START - HOUR);
    assert.equal(logStreams?.[0]?.lastEventTimestamp, START + 1);
  });

  it("refuses unordered batches and reports events that are too old or too new", async () => {
    await assert.rejects(put([1, "b"], [0, "a"]), {
      name: "InvalidParameterException",
      message: "Log events in a single PutLogEvents request must be in chronological order.",
    });
    assert.deepEqual((await put([-15 * DAY, "ancient"])).rejectedLogEventsInfo, {
      tooOldLogEventEndIndex: 1,
    });
    assert.deepEqual((await put([3 * HOUR, "future"])).rejectedLogEventsInfo, {
      tooNewLogEventStartIndex: 0,
    });
    assert.deepEqual(await read(), ["early", "between", "first", "second é"]);
  });

  const patterns: Readonly<Record<string, string[]>> = {
    "": ["early", "between", "first", "second é"],
    first: ["first"],
    "?first ?early": ["early", "first"],
    "-first": ["early", "between", "second é"],
    '"second é"': ["second é"],
    "second first": [],
  };
  for (const [filterPattern, expected] of Object.entries(patterns))
    it(`filters by the pattern ${JSON.stringify(filterPattern)}`, async () => {
      const { events } = await logs.send(new FilterLogEventsCommand({ ...group, filterPattern }));
      assert.deepEqual(
        events?.map(({ message }) => message),
        expected,
      );
    });

  it("stores tags", async () => {
    const resourceArn = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/poll";
    await logs.send(new TagResourceCommand({ resourceArn, tags: { env: "dev" } }));
    await logs.send(new UntagResourceCommand({ resourceArn, tagKeys: ["app"] }));
    assert.deepEqual((await logs.send(new ListTagsForResourceCommand({ resourceArn }))).tags, { env: "dev" });
  });

  it("drops only an incomplete last line after the process was killed", async () => {
    await cloud.stop();
    const events = join(directory.path, "cloud", "logs", "events");
    const [folder = ""] = readdirSync(events);
    appendFileSync(join(events, folder, "2026-11-20.ndjson"), "[17636472000");
    await start();
    assert.deepEqual(await read(), ["early", "between", "first", "second é"]);
    await put([2, "third"]);
    assert.deepEqual(await read(), ["early", "between", "first", "second é", "third"]);
  });

  it("deletes events past the group's retention", async () => {
    await assert.rejects(logs.send(new PutRetentionPolicyCommand({ ...group, retentionInDays: 2 })), {
      name: "InvalidParameterException",
    });
    await logs.send(new PutRetentionPolicyCommand({ ...group, retentionInDays: 1 }));
    await cloud.clock.advanceTo(START + DAY - HOUR / 2);
    assert.deepEqual(await read(), ["between", "first", "second é", "third"]);
    await cloud.clock.advanceTo(START + 3 * DAY);
    assert.deepEqual(await read(), []);
    const events = join(directory.path, "cloud", "logs", "events");
    assert.deepEqual(
      readdirSync(events).flatMap((folder) => readdirSync(join(events, folder))),
      [],
    );
  });

  it("deletes streams and groups with their events", async () => {
    await logs.send(new DeleteLogStreamCommand(stream));
    await assert.rejects(read(), {
      name: "ResourceNotFoundException",
      message: "The specified log stream does not exist.",
    });
    await logs.send(new DeleteLogGroupCommand(group));
    await assert.rejects(logs.send(new DescribeLogStreamsCommand(group)), {
      message: "The specified log group does not exist.",
    });
  });
});
