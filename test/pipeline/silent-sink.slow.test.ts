import { strict as assert } from "node:assert";
import { join, resolve } from "node:path";
import { DescribeAlarmsCommand, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { PutRecordsCommand } from "@aws-sdk/client-kinesis";
import {
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import { names } from "../../data/names";
import { type Cloud, startCloud } from "../../packages/pocket-cloud";
import { deployProgram } from "../../packages/pulumi-local";
import { type Clients, clientsFor } from "../../tools/kit/clients";
import { connectionOf } from "../support/cloud";
import { temporaryDirectory } from "../support/temporary";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1, 1, 59, 50);
const name = names("local");

/** A feed that nobody polls: hours without records are normal. */
describe("A mapping that stopped, of a feed that is not polled", function () {
  this.timeout(300_000);
  const dir = temporaryDirectory();
  let cloud: Cloud;
  let clients: Clients;
  let lambda: LambdaClient;

  before(async () => {
    cloud = await startCloud({ dir: dir.path, clock: { simulateFrom: START } });
    clients = clientsFor(connectionOf(cloud));
    lambda = new LambdaClient(connectionOf(cloud));
    await deployProgram({
      ...connectionOf(cloud),
      dir: resolve(__dirname, "../.."),
      stack: "local",
      statePath: join(dir.path, "stack.json"),
      config: {
        "pricelake:feeds": '["stocks"]',
        "pricelake:directFeeds": "[]",
        "pricelake:monitoring": "alarms",
      },
    });
  });

  after(async () => {
    clients?.close();
    lambda?.destroy();
    await cloud?.stop();
    dir.remove();
  });

  async function send(count: number): Promise<void> {
    const time = new Date(cloud.clock.now()).toISOString();
    const Records = Array.from({ length: count }, (_, at) => ({
      Data: Buffer.from(`${JSON.stringify({ ticker_symbol: `T${at}`, price: 10 + at, event_time: time })}\n`),
      PartitionKey: `T${at}`,
    }));
    const { FailedRecordCount } = await clients.kinesis.send(
      new PutRecordsCommand({ StreamName: name.stream("stocks"), Records }),
    );
    assert.equal(FailedRecordCount, 0);
  }

  const advance = (millis: number) => cloud.clock.advanceTo(cloud.clock.now() + millis);

  async function stateOf(alarm: string): Promise<string | undefined> {
    const AlarmNames = [name.alarm(alarm)];
    const { MetricAlarms = [] } = await clients.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames }));
    return MetricAlarms[0]?.StateValue;
  }

  async function enable(functionName: string, Enabled: boolean): Promise<void> {
    const FunctionName = name.function(functionName, "stocks");
    const { EventSourceMappings = [] } = await lambda.send(
      new ListEventSourceMappingsCommand({ FunctionName }),
    );
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID: EventSourceMappings[0]?.UUID, Enabled }));
    await advance(5000);
  }

  /** Sum of a metric of the daily comparison in the last hours. */
  async function compared(MetricName: string): Promise<number | undefined> {
    const { Datapoints = [] } = await clients.cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: "pricelake",
        MetricName,
        Dimensions: [{ Name: "FunctionName", Value: name.function("reconcile") }],
        StartTime: new Date(cloud.clock.now() - 3 * HOUR),
        EndTime: new Date(cloud.clock.now()),
        Period: 86_400,
        Statistics: ["Sum"],
      }),
    );
    return Datapoints[0]?.Sum;
  }

  it("raises no alarm while it reads, however rare the records are", async () => {
    await send(3);
    await advance(6 * HOUR);
    await send(2);
    await advance(3 * HOUR);
    assert.equal(await stateOf("write-csv-stocks-unread"), "OK");
    assert.equal(await stateOf("store-latest-stocks-unread"), "OK");
  });

  it("raises its alarm after two hours with records, and no other mapping's", async () => {
    await enable("write-csv", false);
    for (let hour = 0; hour < 3; hour++) {
      await send(4);
      await advance(HOUR);
    }
    assert.equal(await stateOf("write-csv-stocks-unread"), "ALARM");
    assert.equal(await stateOf("store-latest-stocks-unread"), "OK");
    assert.equal(
      await stateOf("write-csv-stocks-lag"),
      "OK",
      "silence is no lag where no record is expected",
    );
  });

  it("is found by the comparison of the closed day, which counts the events that csv/ lacks", async () => {
    await cloud.clock.advanceTo(Date.UTC(2026, 0, 2, 2));
    assert.equal(await compared("Unchecked"), 0);
    assert.equal(await compared("Differences"), 12);
    assert.equal(await compared("Rows"), 5);
    await cloud.clock.advanceTo(Date.UTC(2026, 0, 3, 0, 1));
    assert.equal(await stateOf("reconcile-differences"), "ALARM");
  });

  it("leaves no difference on the day after it reads again", async () => {
    await enable("write-csv", true);
    await send(6);
    await cloud.clock.advanceTo(Date.UTC(2026, 0, 4, 2));
    assert.deepEqual([await compared("Unchecked"), await compared("Differences")], [0, 0]);
    assert.equal(await compared("Rows"), 6);
    await cloud.clock.advanceTo(Date.UTC(2026, 0, 5, 0, 1));
    assert.deepEqual(
      [await stateOf("reconcile-differences"), await stateOf("reconcile-heartbeat")],
      ["OK", "OK"],
    );
  });

  it("is found by its own silence when the comparison does not run", async () => {
    await cloud.call(
      "scheduler",
      "DeleteSchedule",
      { Name: name.schedule("reconcile") },
      cloud.administrator,
    );
    await cloud.clock.advanceTo(Date.UTC(2026, 0, 8, 0, 1));
    assert.equal(await stateOf("reconcile-heartbeat"), "ALARM");
  });
});
