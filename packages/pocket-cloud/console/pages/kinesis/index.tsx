import { call } from "../kit/api";
import { count, duration, time } from "../kit/format";
import { allPages, useLive } from "../kit/live";
import { Badge, Facts, Named, Page, Panel, Tabs } from "../kit/page";
import { Reading } from "../kit/reading";
import { hrefOf, type Route } from "../kit/route";
import { Table } from "../kit/table";
import { Graphs, graph } from "../monitoring/graphs";
import { type Shard, ShardRanges } from "./ranges";
import { Reshard } from "./reshard";
import { Viewer } from "./viewer";

export const KinesisPage = ({ route }: { route: Route }) =>
  route.path[1] === undefined ? <Streams /> : <Stream route={route} name={route.path[1]} />;

function Streams() {
  const streams = useLive(
    "streams",
    async (signal) => {
      const { StreamNames = [] } = await call("kinesis", "ListStreams", { Limit: 1000 }, signal);
      const found = await Promise.all(
        StreamNames.map((StreamName) => call("kinesis", "DescribeStreamSummary", { StreamName }, signal)),
      );
      return found.flatMap(({ StreamDescriptionSummary }) => StreamDescriptionSummary ?? []);
    },
    10_000,
  );
  return (
    <Page title="Data streams" crumbs={[{ text: "Kinesis" }]}>
      <Reading of={streams} />
      {streams.data && (
        <Panel class="flush">
          <Table
            label="streams"
            rows={streams.data}
            keyOf={({ StreamName = "" }) => StreamName}
            textOf={({ StreamName = "" }) => StreamName}
            columns={[
              {
                name: "Name",
                of: ({ StreamName = "" }) => (
                  <Named icon="stream" text={StreamName} href={hrefOf(["kinesis", StreamName])} />
                ),
                sort: ({ StreamName }) => StreamName,
              },
              { name: "Status", of: ({ StreamStatus }) => <Badge text={StreamStatus} /> },
              {
                name: "Capacity",
                of: ({ StreamModeDetails }) => StreamModeDetails?.StreamMode?.toLowerCase().replace("_", "-"),
              },
              {
                name: "Open shards",
                of: ({ OpenShardCount }) => count(OpenShardCount),
                sort: ({ OpenShardCount }) => OpenShardCount,
                number: true,
              },
              {
                name: "Retention",
                of: ({ RetentionPeriodHours = 0 }) => duration(RetentionPeriodHours * 3_600_000),
                number: true,
              },
              {
                name: "Encryption",
                of: ({ EncryptionType, KeyId }) => (EncryptionType === "KMS" ? KeyId : "none"),
              },
            ]}
          />
        </Panel>
      )}
    </Page>
  );
}

const TABS = { data: "Data viewer", shards: "Shards", monitoring: "Monitoring", details: "Details" } as const;

function Stream({ route, name }: { route: Route; name: string }) {
  const tab = (route.path[2] ?? "data") as keyof typeof TABS;
  const stream = useLive(
    `stream ${name}`,
    async (signal) => {
      const [{ StreamDescriptionSummary: summary }, shards] = await Promise.all([
        call("kinesis", "DescribeStreamSummary", { StreamName: name }, signal),
        allPages(
          (NextToken) =>
            call(
              "kinesis",
              "ListShards",
              NextToken === undefined ? { StreamName: name } : { NextToken },
              signal,
            ),
          ({ Shards }) => Shards,
          ({ NextToken }) => NextToken,
        ),
      ]);
      return { summary, shards: shards as Shard[] };
    },
    15_000,
  );
  const { summary, shards = [] } = stream.data ?? {};
  return (
    <Page
      title={name}
      crumbs={[{ text: "Kinesis", href: "#/kinesis" }]}
      about={summary && <Badge text={summary.StreamStatus} />}
    >
      <Tabs
        tabs={Object.entries(TABS).map(([key, text]) => ({
          text,
          href: hrefOf(["kinesis", name, ...(key === "data" ? [] : [key])]),
          current: tab === key,
        }))}
      />
      <Reading of={stream} />
      {summary && tab === "data" && (
        <Viewer
          route={route}
          stream={name}
          shards={shards.map(({ ShardId = "" }) => ShardId)}
          retentionHours={summary.RetentionPeriodHours ?? 24}
        />
      )}
      {summary && tab === "shards" && (
        <>
          {summary.StreamModeDetails?.StreamMode === "PROVISIONED" && (
            <Reshard stream={name} open={summary.OpenShardCount ?? 1} done={stream.reload} />
          )}
          <ShardRanges shards={shards} />
        </>
      )}
      {tab === "monitoring" && <Graphs graphs={GRAPHS.map((make) => make(name))} />}
      {summary && tab === "details" && (
        <Panel>
          <Facts
            facts={{
              ARN: <code>{summary.StreamARN}</code>,
              Capacity: summary.StreamModeDetails?.StreamMode,
              "Open shards": count(summary.OpenShardCount),
              Retention: duration((summary.RetentionPeriodHours ?? 24) * 3_600_000),
              Encryption: summary.EncryptionType === "KMS" ? summary.KeyId : "none",
              "Dedicated readers": count(summary.ConsumerCount),
              Created: `${time(summary.StreamCreationTimestamp)} UTC`,
              "Shard-level metrics":
                summary.EnhancedMonitoring?.flatMap(({ ShardLevelMetrics = [] }) => ShardLevelMetrics).join(
                  ", ",
                ) || "none",
            }}
          />
        </Panel>
      )}
    </Page>
  );
}

const metric = graph("AWS/Kinesis", "StreamName");

const GRAPHS = [
  metric("Incoming records", { IncomingRecords: "Sum" }),
  metric("Incoming data", { IncomingBytes: "Sum" }, "bytes"),
  metric("Iterator age of readers", { "GetRecords.IteratorAgeMilliseconds": "Maximum" }, "millis"),
  metric("Records read", { "GetRecords.Records": "Sum" }),
  metric("Throttled", {
    WriteProvisionedThroughputExceeded: "Sum",
    ReadProvisionedThroughputExceeded: "Sum",
  }),
  metric("Latency of PutRecords", { "PutRecords.Latency": "Average" }, "millis"),
];
