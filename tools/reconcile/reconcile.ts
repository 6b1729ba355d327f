import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import type { FeedDefinition } from "../../data/feeds";
import { names, tablesOf } from "../../data/names";
import { queryRows } from "../kit/athena-results";
import type { Clients } from "../kit/clients";
import { dayPredicate, type HourRange, hourAt, inRange } from "../kit/hours";
import { compare, type Finding, type HourCounts, type Totals } from "./compare";
import { countCsv, countLines, countRaw } from "./lake";
import { countStream, type StreamCount } from "./stream";
import { Tally } from "./tally";

export interface Reconciliation {
  readonly feed: string;
  readonly range: HourRange;
  readonly hours: readonly HourCounts[];
  readonly totals: Totals;
  readonly objects: { readonly csv: number; readonly raw: number };
  readonly findings: readonly Finding[];
}

export interface LakeEnvironment {
  readonly env: string;
  readonly lakeBucket: string;
}

/** Counts one feed at every stage of the pipeline and reports the stages and hours whose counts differ. */
export async function reconcile(
  clients: Clients,
  environment: LakeEnvironment,
  feed: FeedDefinition,
  range: HourRange,
  options: { readonly readStream: boolean } = { readStream: true },
): Promise<Reconciliation> {
  const name = names(environment.env);
  const bucket = environment.lakeBucket;
  const [stream, csv, raw, view, items, quarantined, failedDeliveries] = await Promise.all([
    options.readStream ? countStream(clients.kinesis, name.stream(feed.name), feed) : unread(feed),
    countCsv(clients.s3, bucket, feed, range),
    countRaw(clients.s3, bucket, feed, range),
    countView(clients, environment.env, feed, range),
    countItems(clients.dynamodb, name.table(feed.name)),
    countLines(clients.s3, bucket, `quarantine/${feed.name}/`),
    countLines(clients.s3, bucket, `errors/${feed.name}/`),
  ]);
  const isRead = (hour: string) =>
    options.readStream && (stream.horizon === undefined || hour > hourAt(stream.horizon));
  const hours = [
    ...new Set(
      [stream.tally, csv.tally, raw.tally].flatMap((tally) => tally.hours()).concat([...view.keys()]),
    ),
  ]
    .filter((hour) => inRange(hour, range))
    .sort()
    .map(
      (hour): HourCounts => ({
        hour,
        stream: isRead(hour)
          ? { rows: stream.tally.rows(hour), distinct: stream.tally.distinct(hour) }
          : undefined,
        raw: { rows: raw.tally.rows(hour), distinct: raw.tally.distinct(hour) },
        csv: { rows: csv.tally.rows(hour), distinct: csv.tally.distinct(hour) },
        view: view.get(hour) ?? 0,
      }),
    );
  const totals: Totals = {
    invalid: stream.invalid,
    quarantined,
    failedDeliveries,
    storeKeys: undefined,
    storeItems: items,
  };
  return {
    feed: feed.name,
    range,
    hours,
    totals,
    objects: { csv: csv.objects, raw: raw.objects },
    findings: compare(hours, totals),
  };
}

const unread = (feed: FeedDefinition): StreamCount => ({
  tally: new Tally(feed),
  invalid: undefined,
  horizon: undefined,
});

async function countView(
  clients: Clients,
  env: string,
  feed: FeedDefinition,
  range: HourRange,
): Promise<Map<string, number>> {
  const name = names(env);
  const rows = await queryRows(
    clients.athena,
    name,
    `SELECT dt, hour, count(*) AS events FROM ${tablesOf(feed).view} ` +
      `WHERE ${dayPredicate(range)} GROUP BY dt, hour`,
  );
  return new Map(rows.map(([dt, hour, events]) => [`${dt}T${hour}`, Number(events)]));
}

async function countItems(dynamodb: DynamoDBClient, TableName: string): Promise<number> {
  let items = 0;
  for await (const page of paginateScan(
    { client: dynamodb },
    { TableName, Select: "COUNT", ConsistentRead: true },
  ))
    items += page.Count ?? 0;
  return items;
}
