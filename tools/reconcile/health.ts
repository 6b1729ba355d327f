import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  paginateListMetrics,
} from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { type HourRange, hourAt } from "../../data/hours";
import { names } from "../../data/names";
import type { Connection } from "../kit/connect";
import { counted } from "../kit/counted";
import { messageOf } from "../kit/errors";

export interface Health {
  /** Failed invocations by function. */
  readonly errors: Readonly<Record<string, number>>;
  /** The last reason of each failing function, from its log. */
  readonly reasons: Readonly<Record<string, string>>;
  /** Batches that were given up, and the messages of dead-letter queues. */
  readonly givenUp: number;
  readonly deadLetters: number;
  /** Alarms in ALARM with their reason. */
  readonly alarms: readonly { readonly name: string; readonly reason: string }[];
  readonly alertsSent: number;
}

interface Environment {
  readonly env: string;
  readonly failuresBucket: string;
  readonly connection: Connection;
}

const HOUR_MS = 3_600_000;

/** What has failed in a range of hours, as the services' own metrics, logs and alarms say. */
export async function readHealth(
  { cloudwatch, s3 }: { readonly cloudwatch: CloudWatchClient; readonly s3: S3Client },
  { env, failuresBucket, connection }: Environment,
  range: HourRange,
  now: number,
): Promise<Health> {
  const { base } = names(env);
  const time = {
    from: Date.parse(`${range.from}:00:00Z`),
    to: Math.min(now, Date.parse(`${range.to}:00:00Z`) + HOUR_MS),
  };
  const [errors, alertsSent, queued, givenUp, alarms] = await Promise.all([
    sumsByDimension(cloudwatch, "AWS/Lambda", "Errors", "FunctionName", base, time),
    sumsByDimension(cloudwatch, "pricelake", "Alerts", "FunctionName", base, time),
    sumsByDimension(cloudwatch, "AWS/SQS", "NumberOfMessagesSent", "QueueName", base, time),
    countObjects(s3, failuresBucket, "aws/lambda/", time),
    inAlarm(cloudwatch, base),
  ]);
  const failing = Object.keys(errors);
  return {
    errors,
    reasons: failing.length === 0 ? {} : await reasonsOf(connection, env, failing, time),
    givenUp,
    deadLetters: sum(
      Object.entries(queued).flatMap(([name, count]) => (name.endsWith("-dead-letters") ? [count] : [])),
    ),
    alarms,
    alertsSent: sum(Object.values(alertsSent)),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

interface Time {
  readonly from: number;
  readonly to: number;
}

/** Sums of a metric for each value of a dimension that begins with the environment's name; zeros are left out. */
async function sumsByDimension(
  client: CloudWatchClient,
  Namespace: string,
  MetricName: string,
  dimension: string,
  base: string,
  { from, to }: Time,
): Promise<Record<string, number>> {
  const values = new Set<string>();
  for await (const page of paginateListMetrics({ client }, { Namespace, MetricName }))
    for (const { Dimensions = [] } of page.Metrics ?? []) {
      const [only, ...others] = Dimensions;
      if (only?.Name === dimension && others.length === 0 && only.Value?.startsWith(`${base}-`))
        values.add(only.Value);
    }
  const sums: Record<string, number> = {};
  for (const Value of [...values].sort()) {
    const { Datapoints = [] } = await client.send(
      new GetMetricStatisticsCommand({
        ...{ Namespace, MetricName, Dimensions: [{ Name: dimension, Value }] },
        ...{ StartTime: new Date(from), EndTime: new Date(to), Statistics: ["Sum"] },
        Period: periodFor(to - from),
      }),
    );
    const total = sum(Datapoints.map(({ Sum = 0 }) => Sum));
    if (total > 0) sums[Value] = total;
  }
  return sums;
}

/** GetMetricStatistics returns at most 1,440 points. */
export const periodFor = (millis: number): number => 3600 * Math.max(1, Math.ceil(millis / HOUR_MS / 1440));

async function countObjects(
  s3: S3Client,
  Bucket: string,
  Prefix: string,
  { from, to }: Time,
): Promise<number> {
  let count = 0;
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix }))
    for (const { LastModified } of page.Contents ?? []) {
      const at = LastModified?.getTime() ?? 0;
      if (at >= from && at <= to) count++;
    }
  return count;
}

async function inAlarm(cloudwatch: CloudWatchClient, base: string): Promise<Health["alarms"]> {
  const { MetricAlarms = [] } = await cloudwatch.send(
    new DescribeAlarmsCommand({ StateValue: "ALARM", AlarmNamePrefix: `${base}-` }),
  );
  return MetricAlarms.map(({ AlarmName = "", StateReason = "" }) => ({
    name: AlarmName,
    reason: StateReason,
  }));
}

const LONGEST_REASON = 200;

/** The last reason in each function's log. A log that cannot be read is a reason too. */
async function reasonsOf(
  connection: Connection,
  env: string,
  functions: readonly string[],
  { from, to }: Time,
): Promise<Record<string, string>> {
  const logs = new CloudWatchLogsClient(connection);
  try {
    const found: Record<string, string> = {};
    for (const name of functions) {
      const input = {
        logGroupName: names(env).logGroup(name),
        startTime: Math.max(from, to - 24 * HOUR_MS),
        endTime: to,
        filterPattern: "?reason ?errorMessage",
      };
      try {
        for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, input))
          for (const { message = "" } of events) found[name] = reasonIn(message) ?? found[name] ?? "";
      } catch (error) {
        found[name] = `its log cannot be read: ${messageOf(error)}`;
      }
    }
    return found;
  } finally {
    logs.destroy();
  }
}

/** The reason in a log line of a function: its own, or that of the runtime. */
export function reasonIn(message: string): string | undefined {
  try {
    // The runtime writes time, request and level before the error that a function throws.
    const { reason, errorMessage } = JSON.parse(message.slice(message.indexOf("{"))) as {
      reason?: unknown;
      errorMessage?: unknown;
    };
    const text = reason ?? errorMessage;
    return text === undefined ? undefined : printable(String(text));
  } catch {
    return undefined;
  }
}

const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, " ").slice(0, LONGEST_REASON);

/** The hours of the counts; without a given end until now, because what fails now belongs to no closed hour. */
export const hoursOfHealth = (range: HourRange, to: string | undefined, now: number): HourRange =>
  to === undefined ? { from: range.from, to: hourAt(now) } : range;

/** Lines for people; one line when nothing has failed. */
export function describeHealth(health: Health, { from, to }: HourRange): string {
  const { errors, reasons, givenUp, deadLetters, alarms, alertsSent } = health;
  const lines = [
    ...Object.entries(errors).map(([name, count]) => {
      const what = name.endsWith("-poll-prices") ? "failed poll" : "error";
      const reason = reasons[name] ?? "";
      return `${name}: ${counted(count, what)}${reason === "" ? "" : `, the last: ${reason}`}`;
    }),
    ...(givenUp > 0
      ? [
          `${givenUp} ${givenUp === 1 ? "batch" : "batches"} given up; npm run redrive sends ${givenUp === 1 ? "it" : "them"} again`,
        ]
      : []),
    ...(deadLetters > 0 ? [`${counted(deadLetters, "message")} went to dead-letter queues`] : []),
    ...alarms.map(({ name, reason }) => `${name} is in ALARM: ${reason}`),
  ];
  return (
    `\nfunctions and alarms, ${from} to ${to} UTC, ${counted(alertsSent, "alert")} sent\n` +
    (lines.length === 0
      ? "  no errors, dead letters or alarms\n"
      : lines.map((line) => `  ! ${line}\n`).join(""))
  );
}
