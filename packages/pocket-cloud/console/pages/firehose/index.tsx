import { Location } from "../glue/location";
import { call } from "../kit/api";
import { bytes, duration, time } from "../kit/format";
import { allPages, useLive } from "../kit/live";
import { Badge, Facts, Named, Page, Panel, Tabs } from "../kit/page";
import { Reading } from "../kit/reading";
import { hrefOf, type Route } from "../kit/route";
import { Table } from "../kit/table";
import { Graphs, graph } from "../monitoring/graphs";
import { LogView } from "../monitoring/log-view";
import { type Folder, newestObjects } from "./newest-objects";

export const FirehosePage = ({ route }: { route: Route }) =>
  route.path[1] === undefined ? (
    <Deliveries />
  ) : (
    <Delivery key={route.path[1]} name={route.path[1]} tab={route.path[2] ?? "monitoring"} />
  );

const describe = async (DeliveryStreamName: string, signal: AbortSignal) => {
  const output = await call("firehose", "DescribeDeliveryStream", { DeliveryStreamName }, signal);
  return output.DeliveryStreamDescription;
};

type Description = Awaited<ReturnType<typeof describe>>;

const destinationOf = (description: Description) =>
  description?.Destinations?.[0]?.ExtendedS3DestinationDescription;

const sourceOf = (description: Description) => {
  const arn = description?.Source?.KinesisStreamSourceDescription?.KinesisStreamARN;
  if (arn === undefined) return "direct PUT";
  const name = arn.split("/").at(-1) ?? "";
  return <a href={hrefOf(["kinesis", name])}>{name}</a>;
};

function Deliveries() {
  const read = useLive("deliveries", async (signal) => {
    const { DeliveryStreamNames = [] } = await call(
      "firehose",
      "ListDeliveryStreams",
      { Limit: 10_000 },
      signal,
    );
    return Promise.all(DeliveryStreamNames.map((name) => describe(name, signal)));
  });
  return (
    <Page title="Firehose streams" crumbs={[{ text: "Firehose" }]}>
      <Reading of={read} />
      {read.data && (
        <Panel class="flush">
          <Table
            label="Firehose streams"
            rows={read.data}
            keyOf={(each) => each?.DeliveryStreamName ?? ""}
            columns={[
              {
                name: "Name",
                of: (each) => (
                  <Named
                    icon="delivery"
                    text={each?.DeliveryStreamName ?? ""}
                    href={hrefOf(["firehose", each?.DeliveryStreamName ?? ""])}
                  />
                ),
              },
              { name: "Status", of: (each) => <Badge text={each?.DeliveryStreamStatus} /> },
              { name: "Source", of: sourceOf },
              { name: "Destination", of: (each) => <Location uri={folderOf(each)} />, wide: true },
              { name: "Buffer", of: bufferOf },
            ]}
          />
        </Panel>
      )}
    </Page>
  );
}

/** The bucket and the part of the prefix before its first expression. */
function folderOf(description: Description): string {
  const { BucketARN, Prefix = "" } = destinationOf(description) ?? {};
  const fixed = Prefix.split("!{")[0] ?? "";
  return `s3://${BucketARN?.split(":::").at(-1)}/${fixed.slice(0, fixed.lastIndexOf("/") + 1)}`;
}

const bufferOf = (description: Description): string => {
  const { SizeInMBs, IntervalInSeconds } = destinationOf(description)?.BufferingHints ?? {};
  return `${SizeInMBs ?? "–"} MB or ${duration((IntervalInSeconds ?? 0) * 1000)}`;
};

const TABS = { monitoring: "Deliveries", failures: "Failures", details: "Details" } as const;

function Delivery({ name, tab }: { name: string; tab: string }) {
  const read = useLive(`delivery ${name}`, (signal) => describe(name, signal));
  const to = destinationOf(read.data);
  return (
    <Page
      title={name}
      crumbs={[{ text: "Firehose", href: "#/firehose" }]}
      about={read.data && <Badge text={read.data.DeliveryStreamStatus} />}
    >
      <Tabs
        tabs={Object.entries(TABS).map(([key, text]) => ({
          text,
          href: hrefOf(["firehose", name, key]),
          current: key === tab,
        }))}
      />
      <Reading of={read} />
      {tab === "monitoring" && (
        <>
          {read.data && (
            <p class="about spaced">
              Delivered to <Location uri={folderOf(read.data)} /> after {bufferOf(read.data)}
            </p>
          )}
          <Graphs graphs={GRAPHS.map((make) => make(name))} />
          {read.data && <LastDeliveries description={read.data} />}
        </>
      )}
      {tab === "failures" && to && (
        <>
          {to.ErrorOutputPrefix && (
            <p class="about spaced">
              Records that could not be delivered:{" "}
              <Location
                uri={`s3://${to.BucketARN?.split(":::").at(-1)}/${(to.ErrorOutputPrefix.split("!{")[0] ?? "").replace(/[^/]*$/, "")}`}
              />
            </p>
          )}
          {to.CloudWatchLoggingOptions?.LogGroupName ? (
            <LogView group={to.CloudWatchLoggingOptions.LogGroupName} />
          ) : (
            <p class="empty">This stream writes no log.</p>
          )}
        </>
      )}
      {tab === "details" && read.data && (
        <Panel>
          <Facts
            facts={{
              ARN: <code>{read.data.DeliveryStreamARN}</code>,
              Source: sourceOf(read.data),
              Prefix: <code>{to?.Prefix}</code>,
              "Error prefix": <code>{to?.ErrorOutputPrefix}</code>,
              Buffer: bufferOf(read.data),
              Compression: to?.CompressionFormat,
              Processing: to?.ProcessingConfiguration?.Enabled
                ? to.ProcessingConfiguration.Processors?.map(({ Type }) => Type).join(", ")
                : "none",
              Conversion: to?.DataFormatConversionConfiguration?.Enabled ? "to Parquet" : "none",
              "Created (UTC)": time(read.data.CreateTimestamp),
            }}
          />
        </Panel>
      )}
    </Page>
  );
}

const SHOWN = 10;

/** The newest objects that were delivered. */
function LastDeliveries({ description }: { description: Description }) {
  const { DeliveryStreamName = "" } = description ?? {};
  const [, bucket = "", prefix = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(folderOf(description)) ?? [];
  const read = useLive(
    `deliveries ${DeliveryStreamName} ${bucket} ${prefix}`,
    (signal) =>
      newestObjects(
        async (folder) => {
          const { folders, objects } = await listFolder(bucket, folder, signal);
          return { folders, objects: objects.filter(({ key }) => isOf(DeliveryStreamName, key)) };
        },
        prefix,
        SHOWN,
      ),
    10_000,
  );
  return (
    <Panel class="flush after" title="Last deliveries">
      <Reading of={read} />
      {read.data && (
        <Table
          label="last deliveries"
          rows={read.data}
          keyOf={({ key }) => key}
          empty="Nothing was delivered yet."
          columns={[
            { name: "Written (UTC)", of: ({ modified }) => time(modified) },
            {
              name: "Object",
              of: ({ key }) => <a href={hrefOf(["s3", bucket], { key })}>{key.slice(prefix.length)}</a>,
              wide: true,
            },
            { name: "Size", of: ({ size }) => bytes(size), number: true },
          ]}
        />
      )}
    </Panel>
  );
}

/** The name of an object begins with that of its stream (Firehose developer guide, "Amazon S3 object name format"). */
const isOf = (stream: string, key: string): boolean =>
  key.slice(key.lastIndexOf("/") + 1).startsWith(`${stream}-`);

async function listFolder(Bucket: string, Prefix: string, signal: AbortSignal): Promise<Folder> {
  const pages = await allPages(
    (ContinuationToken) =>
      call(
        "s3",
        "ListObjectsV2",
        { Bucket, Prefix, Delimiter: "/", ...(ContinuationToken !== undefined && { ContinuationToken }) },
        signal,
      ),
    (page) => [page],
    ({ NextContinuationToken }) => NextContinuationToken,
    10,
  );
  return {
    folders: pages.flatMap(({ CommonPrefixes = [] }) =>
      CommonPrefixes.flatMap(({ Prefix: folder }) => folder ?? []),
    ),
    objects: pages.flatMap(({ Contents = [] }) =>
      Contents.map(({ Key = "", Size = 0, LastModified = "" }) => ({
        key: Key,
        size: Size,
        modified: LastModified,
      })),
    ),
  };
}

const metric = graph("AWS/Firehose", "DeliveryStreamName");
const GRAPHS = [
  metric("Records delivered to S3", { "DeliveryToS3.Records": "Sum" }),
  metric("Data delivered to S3", { "DeliveryToS3.Bytes": "Sum" }, "bytes"),
  metric("Age of the oldest record", { "DeliveryToS3.DataFreshness": "Maximum" }, "seconds"),
  metric("Deliveries that succeeded", { "DeliveryToS3.Success": "Average" }),
  metric("Records read from the stream", { "DataReadFromKinesisStream.Records": "Sum" }),
  metric("Records put", { IncomingRecords: "Sum" }),
];
