import prices from "./prices.json";

/** The parts of a resource that its cost follows from. */
export interface Priced {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** One line of the bill: quantity × rate. Without either of them the cost is unknown. */
export interface CostLine {
  readonly item: string;
  readonly quantity: number | undefined;
  readonly unit: string;
  readonly rate: number | undefined;
  readonly usd: number | undefined;
}

export interface Estimate {
  readonly region: string;
  readonly asOf: string;
  readonly lines: readonly CostLine[];
  /** Sum of the known costs. */
  readonly usd: number;
  /** How many lines have an unknown cost. */
  readonly unknown: number;
}

const regions: Readonly<Record<string, Readonly<Record<string, number>>>> = prices.regions;

export const priceDate = prices.asOf;

/** The unit of each rate. */
const UNITS: Readonly<Record<string, string>> = {
  "kinesis.shardHour": "shard-hours",
  "kinesis.extendedShardHour": "shard-hours of retention over a day",
  "kinesis.consumerShardHour": "shard-hours of a dedicated reader",
  "kinesis.consumerGigabyte": "GB read by a dedicated reader",
  "kinesis.millionPutUnits": "M units of 25 KB put",
  "kinesis.onDemandStreamHour": "stream-hours",
  "kinesis.onDemandGigabyteIn": "GB in, records rounded up to 1 KB",
  "kinesis.onDemandGigabyteOut": "GB out",
  "firehose.gigabyte": "GB, records rounded up to 5 KB",
  "firehose.conversionGigabyte": "GB converted",
  "firehose.partitioningGigabyte": "GB partitioned",
  "firehose.partitioningThousandObjects": "thousand objects partitioned",
  "lambda.arm64GigabyteSecond": "GB-seconds",
  "lambda.millionRequests": "M requests",
  "s3.thousandPuts": "thousand PUTs",
  "s3.thousandLists": "thousand LISTs",
  "s3.thousandGets": "thousand GETs",
  "s3.gigabyteMonth": "GB-months, once old objects expire",
  "glue.dpuHour": "DPU-hours, at least 10 minutes a run",
  "athena.terabyte": "TB scanned, at least 10 MB a query",
  "dynamodb.millionWriteUnits": "M write units of 1 KB",
  "dynamodb.millionReadUnits": "M read units of 4 KB",
  "cloudwatch.metricMonth": "metrics",
  "cloudwatch.alarmMonth": "alarms",
  "cloudwatch.dashboardMonth": "dashboards",
  "logs.gigabyte": "GB of logs",
  "kms.keyMonth": "keys",
  "kms.tenThousandRequests": "ten thousand requests",
  "sns.millionPublishes": "M publishes",
  "sqs.millionRequests": "M requests",
  "scheduler.millionInvocations": "M invocations",
  "xray.millionTraces": "M traces",
  "cloudfront.gigabyte": "GB sent to readers",
  "cloudfront.tenThousandRequests": "ten thousand requests",
  "cloudfront.millionFunctionCalls": "M calls at the edge",
};

/** Prices a quantity in a region. */
export const lineIn =
  (region: string) =>
  (item: string, price: string, quantity: number | undefined): CostLine => {
    const rate = regions[region]?.[price];
    return {
      item,
      quantity,
      unit: UNITS[price] ?? price,
      rate,
      usd: rate === undefined || quantity === undefined ? undefined : quantity * rate,
    };
  };

/** How many quanta are billed: at least one, and every started one. */
export const quanta = (size: number, quantum: number): number => Math.max(1, Math.ceil(size / quantum));
