import { compactions, comparisons, PUBLISHER, publications, runsPerDay } from "./jobs";
import { type CostLine, type lineIn, type Priced, quanta } from "./model";
import { DAYS, HOURS, pollerSecondsPerDay, polls, trafficOf } from "./traffic";
import usage from "./usage.json";
import {
  batchesPerMonth,
  csvBytesPerMonth,
  csvDays,
  FUNCTION,
  GB,
  KB,
  MB,
  objectsPerMonth,
  STREAM,
  stored,
  variablesOf,
} from "./volumes";

type Line = ReturnType<typeof lineIn>;
/** Returns undefined or 0 when the usage is unknown. */
type Estimator = (
  resource: Priced,
  line: Line,
  all: readonly Priced[],
) => readonly CostLine[] | 0 | undefined;

/** The monthly cost lines of a resource, by type. */
export const estimators: Readonly<Record<string, Estimator>> = {
  [STREAM]: (stream, line, all) => {
    const traffic = trafficOf(stream.name.replace(/-stream$/, ""), all);
    const { shardCount, retentionPeriod, streamModeDetails } = stream.inputs;
    const inUnitsOf = (bytes: number): number | undefined =>
      traffic && traffic.records * quanta(traffic.bytes / traffic.records, bytes);
    if ((streamModeDetails as { streamMode?: string } | undefined)?.streamMode === "ON_DEMAND") {
      const kilobytes = inUnitsOf(KB);
      const gigabytes = kilobytes && (kilobytes * KB) / GB;
      return [
        line(stream.name, "kinesis.onDemandStreamHour", HOURS),
        line(stream.name, "kinesis.onDemandGigabyteIn", gigabytes),
        line(stream.name, "kinesis.onDemandGigabyteOut", gigabytes && gigabytes * READERS),
      ];
    }
    const units = inUnitsOf(25 * KB);
    const shardHours = Number(shardCount ?? 1) * HOURS;
    return [
      line(stream.name, "kinesis.shardHour", shardHours),
      ...(Number(retentionPeriod) > 24 ? [line(stream.name, "kinesis.extendedShardHour", shardHours)] : []),
      line(stream.name, "kinesis.millionPutUnits", units && units / 1e6),
    ];
  },
  "aws:kinesis/streamConsumer:StreamConsumer": (reader, line, all) => {
    const [, feed = ""] = /^(?:write-csv|store-latest|evaluate-rules)-(.+)-reader$/.exec(reader.name) ?? [];
    const stream = all.find(({ type, name }) => type === STREAM && name === `${feed}-stream`);
    const bytes = trafficOf(feed, all)?.bytes;
    return [
      line(reader.name, "kinesis.consumerShardHour", Number(stream?.inputs.shardCount ?? 1) * HOURS),
      line(reader.name, "kinesis.consumerGigabyte", bytes && bytes / GB),
    ];
  },
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": (delivery, line, all) => {
    const direct = delivery.name.endsWith("-direct");
    const traffic = trafficOf(delivery.name.replace(/-(raw|direct)$/, ""), all);
    if (!traffic) return undefined;
    const share = direct ? usage.directShare : 1;
    const records = share * (direct ? traffic.events : traffic.records);
    const each = (share * traffic.bytes) / records;
    const gigabytes = (records * quanta(each, 5 * KB) * 5 * KB) / GB;
    const s3 = delivery.inputs.extendedS3Configuration as Record<string, unknown> | undefined;
    const objects = objectsPerMonth(Number(s3?.bufferingInterval ?? 300), records);
    return [
      line(delivery.name, "firehose.gigabyte", gigabytes),
      ...(s3?.dataFormatConversionConfiguration
        ? [line(delivery.name, "firehose.conversionGigabyte", gigabytes)]
        : []),
      ...(s3?.dynamicPartitioningConfiguration
        ? [
            line(delivery.name, "firehose.partitioningGigabyte", gigabytes),
            line(delivery.name, "firehose.partitioningThousandObjects", objects / 1000),
          ]
        : []),
      line(`${delivery.name} objects`, "s3.thousandPuts", objects / 1000),
      line(
        `${delivery.name} objects`,
        "s3.gigabyteMonth",
        stored((share * traffic.bytes) / usage.compression),
      ),
    ];
  },
  "aws:lambda/function:Function": (lambda, line, all) => {
    const [, source = lambda.name, feed] =
      /^(write-csv|store-latest|evaluate-rules|transform)-(.+)$/.exec(lambda.name) ?? [];
    const traffic = feed === undefined ? undefined : trafficOf(feed, all);
    const polled = source === "poll-prices" ? polls(all) : undefined;
    const daily = runsPerDay(source, all);
    const invocations = polled
      ? polled.ticksPerDay * DAYS
      : daily
        ? daily * DAYS
        : traffic && batchesPerMonth(traffic, all);
    if (!invocations) return undefined;
    const each = (usage.functionSeconds as Record<string, number>)[source] ?? 1;
    const seconds = polled ? pollerSecondsPerDay(polled, each) * DAYS : invocations * each;
    const gigabytes = Number(lambda.inputs.memorySize ?? 128) / 1024;
    return [
      line(lambda.name, "lambda.millionRequests", invocations / 1e6),
      line(lambda.name, "lambda.arm64GigabyteSecond", seconds * gigabytes),
      line(`${lambda.name} logs`, "logs.gigabyte", (invocations * usage.logBytesPerInvocation) / GB),
      line(`${lambda.name} metrics`, "cloudwatch.metricMonth", usage.customMetricsPerFunction),
      ...(isTraced(lambda) ? [line(`${lambda.name} traces`, "xray.millionTraces", invocations / 1e6)] : []),
      ...(source === "write-csv" && traffic
        ? [
            line(`${lambda.name} objects`, "s3.thousandPuts", invocations / 1000),
            line(
              `${lambda.name} objects`,
              "s3.gigabyteMonth",
              stored(csvBytesPerMonth(traffic), csvDays(all)),
            ),
          ]
        : []),
      ...(source === "reconcile" ? comparisons(lambda.name, line, all) : []),
      ...(source === PUBLISHER ? publications(lambda.name, line, invocations) : []),
      ...(source === "compact" ? compactions(lambda.name, line, all) : []),
    ];
  },
  "aws:dynamodb/table:Table": (table, line, all) => {
    if (table.name.endsWith("-look-back")) return lookBack(table.name, line, all);
    const traffic = trafficOf(table.name.replace(/-store$/, ""), all);
    if (!traffic) return undefined;
    const each = traffic.bytes / traffic.events;
    // A transactional write takes two units.
    const unitsPerWrite = storeWritesOf(table, all) === "transactions" ? 2 : 1;
    const writes = traffic.events * traffic.changedShare * quanta(each, KB) * unitsPerWrite;
    // Unchanged events are detected by a read.
    const reads = traffic.events * (1 - traffic.changedShare) * quanta(each, 4 * KB);
    return [
      line(table.name, "dynamodb.millionWriteUnits", writes / 1e6),
      ...(reads > 0 ? [line(table.name, "dynamodb.millionReadUnits", reads / 1e6)] : []),
    ];
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": (mapping, line) =>
    mapping.inputs.metricsConfig
      ? [line(`${mapping.name} metrics`, "cloudwatch.metricMonth", usage.metricsPerMapping)]
      : [],
  "aws:scheduler/schedule:Schedule": (schedule, line, all) => {
    const perDay = schedule.name === "poll-prices" ? polls(all)?.ticksPerDay : runsPerDay(schedule.name, all);
    return perDay && [line(schedule.name, "scheduler.millionInvocations", (perDay * DAYS) / 1e6)];
  },
  "aws:sqs/queue:Queue": (queue, line, all) => {
    // An alert is sent, received and deleted; each publication receives once more.
    const perDay =
      queue.name === `${PUBLISHER}-alerts`
        ? 3 * usage.alertsPerDay + runsPerDay(PUBLISHER, all)
        : usage.deadLettersPerDay;
    return [line(queue.name, "sqs.millionRequests", (perDay * DAYS) / 1e6)];
  },
  "aws:cloudfront/distribution:Distribution": (distribution, line) => [
    line(distribution.name, "cloudfront.gigabyte", (usage.siteMegabytesPerDay * DAYS) / 1024),
    line(distribution.name, "cloudfront.tenThousandRequests", (usage.siteRequestsPerDay * DAYS) / 10_000),
  ],
  "aws:cloudfront/function:Function": (edge, line) => [
    line(edge.name, "cloudfront.millionFunctionCalls", (usage.siteRequestsPerDay * DAYS) / 1e6),
  ],
  "aws:glue/crawler:Crawler": (crawler, line) => [
    line(crawler.name, "glue.dpuHour", (DAYS * usage.crawlDpus * Math.max(10, usage.crawlMinutes)) / 60),
  ],
  "aws:athena/workgroup:Workgroup": (group, line, all) => {
    // The queries of published reports are priced with the function.
    if (group.name === "site") return [];
    const queries = usage.queriesPerDay * DAYS;
    // A compacted day is one object in one folder.
    const compacted = all.some(({ type, name }) => type === FUNCTION && name === "compact");
    const open = compacted ? 1 - usage.closedDaysShare : 1;
    const each = (perQuery: number) => open * perQuery + (1 - open);
    const bytes = queries * Math.max(10, usage.megabytesPerQuery) * MB;
    return [
      line(group.name, "athena.terabyte", bytes / 1024 ** 4),
      // Athena lists each projected partition, an hour of a feed, and reads each object.
      line(`${group.name} objects`, "s3.thousandLists", (queries * each(usage.listsPerQuery)) / 1000),
      line(`${group.name} objects`, "s3.thousandGets", (queries * each(usage.getsPerQuery)) / 1000),
    ];
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": ({ name, inputs }, line) => {
    // Each metric of an alarm on metric math is billed as an alarm.
    const queries = (inputs.metricQueries ?? []) as readonly { metric?: unknown }[];
    const metrics = queries.filter(({ metric }) => metric !== undefined).length;
    return [line(name, "cloudwatch.alarmMonth", Math.max(1, metrics))];
  },
  "aws:cloudwatch/dashboard:Dashboard": (dashboard, line) => [
    line(dashboard.name, "cloudwatch.dashboardMonth", 1),
  ],
  "aws:kms/key:Key": (key, line, all) => {
    const users = all.filter(({ type }) => USES_KEY.has(type)).length;
    return [
      line(key.name, "kms.keyMonth", 1),
      line(key.name, "kms.tenThousandRequests", (users * usage.kmsRequestsPerResourceDay * DAYS) / 10_000),
    ];
  },
  "aws:sns/topic:Topic": (topic, line) => [
    line(topic.name, "sns.millionPublishes", (usage.alertsPerDay * DAYS) / 1e6),
  ],
};

/** Types whose resources call KMS steadily. S3 buckets have bucket keys, and call it rarely. */
const USES_KEY: ReadonlySet<string> = new Set([
  "aws:kinesis/stream:Stream",
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
  "aws:dynamodb/table:Table",
]);

/** Consumers of each stream. */
const READERS = 3;

/**
 * Each batch of rules writes the items of its subjects, compressed, and reads them, at most: a container does not read what it
 * saved last. AWS does not document how long a container lives.
 */
function lookBack(name: string, line: Line, all: readonly Priced[]): readonly CostLine[] | undefined {
  const feed = name.replace(/-look-back$/, "");
  const traffic = trafficOf(feed, all);
  if (!traffic) return undefined;
  const rules = variablesOf(`evaluate-rules-${feed}`, all);
  const buckets = Number(rules?.LOOK_BACK_BUCKETS ?? 1);
  const subjects = polls(all)?.coins ?? traffic.events / batchesPerMonth(traffic, all);
  const each = (subjects / buckets) * usage.lookBackBytesPerSubject;
  const items = batchesPerMonth(traffic, all) * buckets;
  return [
    line(name, "dynamodb.millionWriteUnits", (items * quanta(each, KB)) / 1e6),
    line(name, "dynamodb.millionReadUnits", (items * quanta(each, 4 * KB)) / 1e6),
  ];
}

const isTraced = ({ inputs }: Priced): boolean =>
  (inputs.tracingConfig as { mode?: string } | undefined)?.mode === "Active";

/** STORE_WRITES of the function that writes to a table. */
const storeWritesOf = ({ name }: Priced, all: readonly Priced[]): string | undefined => {
  return variablesOf(`store-latest-${name.replace(/-store$/, "")}`, all)?.STORE_WRITES;
};
