import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import type { FeedDefinition } from "../../data/feeds";
import { type HourRange, hourAt, inRange } from "../../data/hours";
import { names, tablesOf } from "../../data/names";
import {
  type Compared,
  compare,
  type Finding,
  type HourCounts,
  type Totals,
} from "../../functions/reconcile/compare";
import { type CsvCount, countCsv } from "../../functions/reconcile/count-csv";
import { countQuarantine } from "../../functions/reconcile/count-quarantine";
import { arrivalsOf, countRaw, type RawCount } from "../../functions/reconcile/count-raw";
import { lakeComparer } from "../../functions/reconcile/lake-hours";
import { viewCounts } from "../../functions/reconcile/read-view";
import { turns } from "../../functions/reconcile/turns";
import { objectsUnder } from "../../functions/shared/objects";
import { queryRows } from "../kit/athena-results";
import type { Clients } from "../kit/clients";
import { firstDay } from "../kit/first-day";
import { historyRows } from "./history";
import { parquetRows } from "./parquet";
import { countStream, type OnBytes, type StreamCount, unreadStream } from "./stream";

export interface Reconciliation {
  readonly feed: string;
  readonly range: HourRange;
  readonly hours: readonly HourCounts[];
  readonly totals: Totals;
  readonly objects: { readonly csv: number; readonly raw: number };
  /** Days whose objects in csv/ have expired, or that were imported. Their rows of history are counted as csv. */
  readonly daysFromHistory: number;
  readonly findings: readonly Finding[];
  /** Rows of the stream that are older than the range, and the day of the first. */
  readonly older: { readonly rows: number; readonly since: string } | undefined;
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
  options: { readonly readStream: boolean; readonly onBytes?: OnBytes } = { readStream: true },
): Promise<Reconciliation> {
  const name = names(environment.env);
  const now = Date.now();
  const since = await firstDay(clients.athena, name.database, tablesOf(feed).csv);
  const lake = {
    objects: (prefix: string) => objectsUnder(clients.s3, environment.lakeBucket, prefix),
    feed,
    since,
    historyRows: (keysOf: (day: string) => ReadonlySet<string>) =>
      historyRows(clients, { names: name, bucket: environment.lakeBucket, feed }, range, keysOf),
    parquetRows: (arrived: HourRange) => parquetRows(clients, name, feed, arrived),
    directDelivery: name.directDeliveryStream(feed.name),
  };
  const [stream, csv, { raw, errors }, view, storeItems, quarantine] = await Promise.all([
    options.readStream
      ? countStream(clients.kinesis, name.stream(feed.name), feed, since, range, now, options.onBytes)
      : unreadStream(feed),
    countCsv(lake, range, now),
    countRaw(lake, arrivalsOf(range, now), now),
    countView(clients, environment.env, feed, range),
    countItems(clients.dynamodb, name.table(feed.name)),
    countQuarantine(lake),
  ]);
  const { horizon } = stream;
  const compared = comparer(
    stream,
    csv,
    raw,
    (hour) => options.readStream && (horizon === undefined || hour > hourAt(horizon)),
  );
  const hours = [stream.tally, csv.tally, raw.tally]
    .flatMap((tally) => tally.hours())
    .concat([...view.keys()]);
  const inOrder = [...new Set(hours)].filter((hour) => inRange(hour, range)).sort();
  const counts: HourCounts[] = [];
  let pending = 0;
  const pause = turns();
  for (const hour of inOrder) {
    counts.push({ ...compared(hour), view: view.get(hour) ?? 0 });
    pending += stream.recent.without(hour, csv.tally);
    const due = pause();
    if (due) await due;
  }
  let notQuarantined = 0;
  for (const [source, lines] of stream.refused)
    notQuarantined += Math.max(0, lines - (quarantine.sources.get(source) ?? 0));
  const totals: Totals = {
    invalid: stream.invalid,
    notQuarantined,
    quarantined: quarantine.lines,
    unknownFields: quarantine.unknownFields,
    failedDeliveries: errors.lines,
    direct: {
      rows: raw.direct.rows,
      refusedLines: quarantine.direct,
      failedRecords: errors.direct,
    },
    pending,
    undated: {
      rows: stream.undated.total,
      missing: raw.unreadable > 0 ? 0 : stream.undated.missingIn(raw.undated),
    },
    storeItems,
  };
  return {
    feed: feed.name,
    range,
    hours: counts,
    totals,
    objects: { csv: csv.objects, raw: raw.objects },
    daysFromHistory: csv.fromHistory.size,
    findings: compare(counts, totals),
    older: olderRows(stream.tally, range),
  };
}

/** Rows before a range: a user who replays old events looks for them. */
function olderRows(tally: StreamCount["tally"], { from }: HourRange): Reconciliation["older"] {
  const hours = [...tally.hours()].filter((hour) => hour < from).sort();
  const rows = hours.reduce((sum, hour) => sum + tally.rows(hour), 0);
  return hours[0] === undefined ? undefined : { rows, since: hours[0].slice(0, 10) };
}

/** Compares the stages of an hour by the events' keys. */
function comparer(
  stream: StreamCount,
  csv: CsvCount,
  raw: RawCount,
  isRead: (hour: string) => boolean,
): (hour: string) => Omit<HourCounts, "view"> {
  const { tally, recent, undatedKeys, refusedTimes, horizon } = stream;
  const inRaw = (hour: string, missing: number, extra: number): Compared => ({
    rows: raw.tally.rows(hour),
    distinct: raw.tally.distinct(hour),
    ...(raw.unreadable > 0 ? { missing: 0, extra: 0 } : { missing, extra }),
  });
  const withoutStream = lakeComparer(csv, raw, { raw: [refusedTimes, recent], csv: [csv.imported] });
  return (hour) => {
    if (!isRead(hour)) return withoutStream(hour);
    const ofCsv = { rows: csv.tally.rows(hour), distinct: csv.tally.distinct(hour) };
    // An event of this hour that arrived before the horizon is in csv/ and raw/, and no longer in the stream.
    const [elsewhereCsv, elsewhereRaw] = horizon === undefined ? [[], []] : [[csv.tally], [raw.tally]];
    return {
      hour,
      stream: { rows: tally.rows(hour), distinct: tally.distinct(hour) },
      csv: {
        ...ofCsv,
        missing: tally.without(hour, csv.tally, recent),
        extra: csv.tally.without(hour, tally, csv.imported, ...elsewhereRaw),
      },
      raw: inRaw(
        hour,
        tally.without(hour, raw.tally, undatedKeys, recent),
        raw.tally.without(hour, tally, refusedTimes, ...elsewhereCsv),
      ),
    };
  };
}

async function countView(
  clients: Clients,
  env: string,
  feed: FeedDefinition,
  range: HourRange,
): Promise<Map<string, number>> {
  const name = names(env);
  const rows = await queryRows(clients.athena, name, viewCounts(feed, range));
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
