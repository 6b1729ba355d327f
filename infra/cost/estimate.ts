import { type CostLine, type Estimate, lineIn, type Priced, priceDate, quanta } from "./model";
import { DAYS, HOURS, polls, type Traffic, trafficOf } from "./traffic";
import usage from "./usage.json";

type Line = ReturnType<typeof lineIn>;
type Estimator = (resource: Priced, line: Line, all: readonly Priced[]) => readonly CostLine[];

const KB = 1024;
const GB = 1024 ** 3;
const MB = 1024 ** 2;

/** What a month of each resource costs; types that are not here cost nothing worth a line. */
const estimators: Readonly<Record<string, Estimator>> = {
  "aws:kinesis/stream:Stream": (stream, line, all) => {
    const traffic = trafficOf(stream.name.replace(/-stream$/, ""), all);
    const { shardCount, retentionPeriod, streamModeDetails } = stream.inputs;
    const each = traffic && traffic.bytes / traffic.records;
    if ((streamModeDetails as { streamMode?: string } | undefined)?.streamMode === "ON_DEMAND") {
      const gigabytes = traffic && each && (traffic.records * quanta(each, KB) * KB) / GB;
      return [
        line(stream.name, "kinesis.onDemandStreamHour", HOURS),
        ...(gigabytes === undefined ? [] : [line(stream.name, "kinesis.onDemandGigabyteIn", gigabytes)]),
        ...(gigabytes === undefined ? [] : [line(stream.name, "kinesis.onDemandGigabyteOut", gigabytes * 3)]),
      ];
    }
    const shardHours = Number(shardCount ?? 1) * HOURS;
    return [
      line(stream.name, "kinesis.shardHour", shardHours),
      ...(Number(retentionPeriod) > 24 ? [line(stream.name, "kinesis.extendedShardHour", shardHours)] : []),
      ...(traffic && each
        ? [line(stream.name, "kinesis.millionPutUnits", (traffic.records * quanta(each, 25 * KB)) / 1e6)]
        : []),
    ];
  },
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": (delivery, line, all) => {
    const direct = delivery.name.endsWith("-direct");
    const traffic = trafficOf(delivery.name.replace(/-(raw|direct)$/, ""), all);
    if (!traffic) return [];
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
        ? [line(delivery.name, "firehose.partitioningGigabyte", gigabytes)]
        : []),
      line(`${delivery.name} objects`, "s3.thousandPuts", objects / 1000),
      line(
        `${delivery.name} objects`,
        "s3.gigabyteMonth",
        stored((share * traffic.bytes) / usage.compression),
      ),
    ];
  },
  "aws:lambda/function:Function": (made, line, all) => {
    const [, source = made.name, feed] =
      /^(write-csv|store-latest|evaluate-rules|transform)-(.+)$/.exec(made.name) ?? [];
    const traffic = feed === undefined ? undefined : trafficOf(feed, all);
    const perDay = polls(all)?.perDay;
    const invocations = source === "poll-prices" ? perDay && perDay * DAYS : traffic && batches(traffic);
    if (!invocations) return [];
    const seconds = (usage.functionSeconds as Record<string, number>)[source] ?? 1;
    const gigabytes = Number(made.inputs.memorySize ?? 128) / 1024;
    return [
      line(made.name, "lambda.millionRequests", invocations / 1e6),
      line(made.name, "lambda.arm64GigabyteSecond", invocations * seconds * gigabytes),
      line(`${made.name} logs`, "logs.gigabyte", (invocations * usage.logBytesPerInvocation) / GB),
      line(`${made.name} metrics`, "cloudwatch.metricMonth", usage.customMetricsPerFunction),
      ...(source === "write-csv" && traffic
        ? [
            line(`${made.name} objects`, "s3.thousandPuts", invocations / 1000),
            line(`${made.name} objects`, "s3.gigabyteMonth", stored(traffic.bytes / 2)),
          ]
        : []),
    ];
  },
  "aws:dynamodb/table:Table": (table, line, all) => {
    const traffic = trafficOf(table.name.replace(/-store$/, ""), all);
    if (!traffic) return [];
    const units = traffic.events * traffic.changedShare * quanta(traffic.bytes / traffic.events, KB);
    return [line(table.name, "dynamodb.millionWriteUnits", units / 1e6)];
  },
  "aws:glue/crawler:Crawler": (crawler, line) => [
    line(crawler.name, "glue.dpuHour", (DAYS * usage.crawlDpus * Math.max(10, usage.crawlMinutes)) / 60),
  ],
  "aws:athena/workgroup:Workgroup": (group, line) => {
    const bytes = usage.queriesPerDay * DAYS * Math.max(10, usage.megabytesPerQuery) * MB;
    return [line(group.name, "athena.terabyte", bytes / 1024 ** 4)];
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": (alarm, line) => [line(alarm.name, "cloudwatch.alarmMonth", 1)],
  "aws:cloudwatch/dashboard:Dashboard": (dashboard, line) => [
    line(dashboard.name, "cloudwatch.dashboardMonth", 1),
  ],
  "aws:kms/key:Key": (key, line) => [line(key.name, "kms.keyMonth", 1)],
  "aws:sns/topic:Topic": (topic, line) => [
    line(topic.name, "sns.millionPublishes", (usage.alertsPerDay * DAYS) / 1e6),
  ],
};

/** A month of a stack, line by line. */
export function estimate(resources: readonly Priced[], region: string): Estimate {
  const line = lineIn(region);
  const all = resources.flatMap((resource) => estimators[resource.type]?.(resource, line, resources) ?? []);
  const lines = merged(all);
  const known = lines.flatMap(({ usd }) => usd ?? []);
  return {
    region,
    asOf: priceDate,
    lines,
    usd: known.reduce((sum, usd) => sum + usd, 0),
    unknown: lines.length - known.length,
  };
}

/** A function is called once per batching window of a minute that brought something. */
const batches = ({ records }: Traffic): number => Math.min(records, 1440 * DAYS);

const objectsPerMonth = (intervalSeconds: number, records: number): number =>
  Math.min(records, (DAYS * 86_400) / Math.max(60, intervalSeconds));

const stored = (bytesPerMonth: number): number => (bytesPerMonth * (usage.storedDays / DAYS)) / GB;

/** Alarms are many and alike: one line for all. */
function merged(lines: readonly CostLine[]): readonly CostLine[] {
  const alarms = lines.filter(({ unit }) => unit === "alarms");
  const [first] = alarms;
  if (!first) return lines;
  const quantity = alarms.length;
  const usd = first.rate === undefined ? undefined : quantity * first.rate;
  return [...lines.filter(({ unit }) => unit !== "alarms"), { ...first, item: "alarms", quantity, usd }];
}
