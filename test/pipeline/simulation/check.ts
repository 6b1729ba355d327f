import { isUtf8 } from "node:buffer";
import { type FeedDefinition, type Row, validateRow } from "../../../data/feeds";
import { crypto } from "../../../data/feeds/crypto";
import { decodeCsv } from "../../../data/feeds/csv-decode";
import { unpack } from "../../../data/records/unpack";
import { linesOf, objectsUnder } from "../../../functions/shared/objects";
import { queryRows } from "../../../tools/kit/athena-results";
import { redriveFailures } from "../../../tools/redrive/failures";
import { HOURS, type Plan, SLOT } from "./plan";
import { name, startOf, type World } from "./world";

const feed: FeedDefinition = crypto;

/** The results of a seed at each stage that are checked. */
export interface Outcome {
  readonly violations: readonly string[];
  readonly polls: number;
  readonly rows: number;
  readonly repeated: number;
  readonly quarantined: number;
  readonly alerts: number;
  readonly redriven: number;
}

const keyOf = (row: Readonly<Record<string, unknown>>): string =>
  `${row.coin_id}@${String(row.event_time).replace(" ", "T").replace("Z", "")}`;

/** Input = stored + quarantined, held against every stage of the seed's own hours. */
export async function check(world: World, { seed, steps }: Plan): Promise<Outcome> {
  const violations: string[] = [];
  const expect = (holds: boolean, message: string) => {
    if (!holds) violations.push(message);
  };
  const redriven = await redrive(world, expect);
  const start = startOf(seed);
  const hours = Array.from({ length: HOURS }, (_, hour) => partition(start + hour * 3_600_000));
  const stream = await streamRows(world, start);
  const keys = new Set(stream.rows.map(keyOf));

  const csv = (await rowsUnder(world, hours, "csv", (text) => decodeCsv(feed, text) as Row[])).map(keyOf);
  compareSets(expect, "csv/", keys, new Set(csv));
  expect(
    csv.length === stream.rows.length,
    `csv/ has ${csv.length} rows for ${stream.rows.length} rows of the stream`,
  );

  const delivered = await rowsUnder(world, hours, "raw", (text) => validRows(Buffer.from(text)).rows);
  const isDirect = (row: Row) => String(row.coin_id).startsWith("direct-");
  const raw = delivered.filter((row) => !isDirect(row)).map(keyOf);
  await checkDirect(
    world,
    start,
    new Set(delivered.filter(isDirect).map((row) => String(row.coin_id))),
    expect,
  );
  compareSets(expect, "raw/", keys, new Set(raw));
  expect(raw.length >= stream.rows.length, `raw/ has ${raw.length} rows for ${stream.rows.length}`);

  const [[count, distinct] = []] = await queryRows(
    world.clients.athena,
    name,
    "SELECT count(*), count(DISTINCT coin_id || '@' || CAST(event_time AS varchar)) FROM crypto WHERE " +
      hours.map(({ dt, hour }) => `(dt = '${dt}' AND hour = '${hour}')`).join(" OR "),
  );
  expect(
    Number(count) === keys.size && Number(distinct) === keys.size,
    `the view has ${count} rows, ${distinct} distinct, for ${keys.size} events`,
  );

  const quarantine = await quarantined(world, start);
  expect(
    quarantine.texts.length === stream.malformed,
    `quarantine/ has ${quarantine.texts.length} lines for ${stream.malformed} malformed ones in the stream`,
  );
  compareSets(expect, "quarantine/", new Set(stream.refused), new Set(quarantine.texts));
  expect(
    quarantine.unknown >= stream.unknown,
    `quarantine/ reports ${quarantine.unknown} unknown fields of ${stream.unknown}`,
  );
  const polls = checkPolls(world, start, steps.length, keys, expect);
  await checkStore(world, stream.rows, expect);
  const alerts = await checkAlerts(world, stream.rows, expect);
  return {
    violations,
    polls,
    rows: keys.size,
    repeated: stream.rows.length - keys.size,
    quarantined: quarantine.texts.length,
    alerts,
    redriven,
  };
}

type Expect = (holds: boolean, message: string) => void;

/** What was given up in a long outage has to go through now; batches of mutants do not. */
async function redrive({ clients, lambda, failures }: World, expect: Expect): Promise<number> {
  let count = 0;
  for await (const batch of redriveFailures(clients.s3, lambda, failures)) {
    count++;
    expect(batch.outcome === "redriven", `a batch given up: ${batch.outcome} ${batch.reason ?? ""}`);
  }
  return count;
}

function compareSets(expect: Expect, stage: string, wanted: Set<string>, found: Set<string | null>): void {
  const missing = [...wanted].filter((key) => !found.has(key));
  const extra = [...found].filter((key) => key !== null && !wanted.has(key));
  expect(missing.length === 0, `${stage} lacks ${missing.length} events, e.g. ${missing[0]}`);
  expect(extra.length === 0, `${stage} has ${extra.length} events of nobody, e.g. ${extra[0]}`);
}

const partition = (instant: number) => {
  const iso = new Date(instant).toISOString();
  return { dt: iso.slice(0, 10), hour: iso.slice(11, 13) };
};

async function rowsUnder(
  { clients, bucket }: World,
  hours: readonly { dt: string; hour: string }[],
  layer: string,
  read: (text: string) => Row[],
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { dt, hour } of hours)
    for await (const { text } of objectsUnder(clients.s3, bucket, `${layer}/crypto/dt=${dt}/hour=${hour}/`))
      for (const row of read(text)) rows.push(row);
  return rows;
}

interface Read {
  readonly rows: Row[];
  malformed: number;
  /** Refused lines that are text. */
  readonly refused: string[];
  /** Fields that no column knows, once per row. */
  unknown: number;
}

const nothingRead = (): Read => ({ rows: [], malformed: 0, refused: [], unknown: 0 });

function validRows(data: Uint8Array, read: Read = nothingRead()): Read {
  for (const line of unpack(data)) {
    const result = line.ok ? validateRow(feed, line.value) : undefined;
    if (result?.ok) {
      read.rows.push(result.row);
      read.unknown += result.unknown?.length ?? 0;
      continue;
    }
    read.malformed++;
    if (line.ok) read.refused.push(line.text);
    else if (isUtf8(line.raw)) read.refused.push(Buffer.from(line.raw).toString());
  }
  return read;
}

/** What is put directly into Firehose reaches raw/, or errors/ when its function failed too often. */
async function checkDirect(
  { clients, bucket, direct }: World,
  start: number,
  found: Set<string>,
  expect: Expect,
): Promise<void> {
  // errors/ also has the records of the seeds before.
  const isOfSeed = (coin: string) => Number(coin.slice("direct-".length)) >= start;
  for await (const { text } of objectsUnder(clients.s3, bucket, "errors/crypto/"))
    for (const line of linesOf(text)) {
      const { rawData = "" } = JSON.parse(line) as { rawData?: string };
      for (const row of validRows(Buffer.from(rawData, "base64")).rows) {
        const coin = String(row.coin_id);
        if (isOfSeed(coin)) found.add(coin);
      }
    }
  compareSets(expect, "raw/ by Direct PUT", direct, found);
  direct.clear();
}

/** Everything that went in since: each record as often as the stream has it. */
async function streamRows({ cloud }: World, since: number) {
  const { call, administrator, clock } = cloud;
  const StreamName = name.stream("crypto");
  const read = nothingRead();
  const { Shards = [] } = await call("kinesis", "ListShards", { StreamName }, administrator);
  for (const { ShardId } of Shards) {
    const { ShardIterator } = await call(
      "kinesis",
      "GetShardIterator",
      { StreamName, ShardId, ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date(since) },
      administrator,
    );
    for (let iterator = ShardIterator; iterator; ) {
      const page = await call("kinesis", "GetRecords", { ShardIterator: iterator }, administrator);
      for (const { Data } of page.Records ?? []) validRows(Data ?? new Uint8Array(), read);
      const behind = (page.MillisBehindLatest ?? 0) > 0 || (page.Records ?? []).length > 0;
      iterator = behind ? page.NextShardIterator : undefined;
      // Five reads a second and shard.
      if (iterator) await clock.advanceTo(clock.now() + 200);
    }
  }
  return read;
}

/** Lines quarantined from the stream since the seeds before, as text, and the reported unknown fields. */
async function quarantined({ clients, bucket, known }: World, start: number) {
  const { dt } = partition(start);
  const texts: (string | null)[] = [];
  let unknown = 0;
  for await (const { key, text } of objectsUnder(clients.s3, bucket, `quarantine/crypto/dt=${dt}/`)) {
    if (known.has(key)) continue;
    known.add(key);
    if (key.includes("/transform-")) continue;
    for (const line of linesOf(text)) {
      const { raw, rows } = JSON.parse(line) as { raw: string | null; rows?: number };
      if (rows === undefined) texts.push(raw);
      else unknown += rows;
    }
  }
  return { texts, unknown };
}

/** Every slot is in the lake as its poll counted it, or its poll failed where one could see it. */
function checkPolls(
  { logged, failed }: World,
  start: number,
  slots: number,
  keys: ReadonlySet<string>,
  expect: Expect,
): number {
  let silent = 0;
  let polls = 0;
  for (let at = 0; at < slots; at++) {
    const slot = new Date(start + at * SLOT).toISOString();
    const counted = logged.filter((line) => line.message === "polled" && line.slot === slot);
    polls += counted.length;
    if (counted.length === 0) silent++;
    const stored = [...keys].filter((key) => key.endsWith(`@${slot.replace("Z", "")}`)).length;
    const polled = Math.max(0, ...counted.map((line) => Number(line.events)));
    expect(stored >= polled, `${slot}: ${polled} polled, ${stored} stored`);
  }
  const errors = failed.get(name.function("poll-prices")) ?? 0;
  expect(silent <= errors, `${silent} slots without a poll, and only ${errors} polls that failed`);
  return polls;
}

/** The table says of each coin what its newest row says; an unchanged row need not have been written. */
async function checkStore({ cloud }: World, rows: readonly Row[], expect: Expect): Promise<void> {
  const newest = new Map<string, Row[]>();
  for (const row of rows) {
    const known = newest.get(String(row.coin_id)) ?? [];
    const later = String(row.event_time).localeCompare(String(known[0]?.event_time ?? ""));
    newest.set(String(row.coin_id), later > 0 ? [row] : later === 0 ? [...known, row] : known);
  }
  const { Items = [] } = await cloud.call(
    "dynamodb",
    "Scan",
    { TableName: name.table("crypto") },
    cloud.administrator,
  );
  const items = new Map(Items.map((item) => [item.coin_id?.S ?? "", item]));
  for (const [coin, candidates] of newest) {
    const item = items.get(coin);
    const says = (row: Row) =>
      item !== undefined &&
      Number(item.price_usd?.N) === row.price_usd &&
      item.last_updated?.S === row.last_updated &&
      String(item.event_time?.S) <= String(row.event_time);
    expect(
      candidates.some(says),
      `the table has ${JSON.stringify(item)} for the newest row ${JSON.stringify(candidates[0])}`,
    );
  }
}

const HALF_HOUR = 1_800_000;
const WINDOW = 6 * 3_600_000;

/** A rule that looks at one row alone tells exactly what has to be heard, and what may be. */
async function checkAlerts(
  { cloud, queueUrl, known, failed, strikes }: World,
  rows: readonly Row[],
  expect: Expect,
): Promise<number> {
  const wanted = new Map<string, number>();
  for (const row of rows) {
    const at = Date.parse(String(row.event_time));
    if (row.coin_id !== "bitcoin" || at - Date.parse(String(row.last_updated)) < HALF_HOUR) continue;
    const id = `frozen/bitcoin/${new Date(Math.floor(at / WINDOW) * WINDOW).toISOString()}`;
    wanted.set(id, (wanted.get(id) ?? 0) + 1);
  }
  const heard = new Map<string, number>();
  for (;;) {
    const { Messages = [] } = await cloud.call(
      "sqs",
      "ReceiveMessage",
      { QueueUrl: queueUrl, MaxNumberOfMessages: 10 },
      cloud.administrator,
    );
    if (Messages.length === 0) break;
    for (const { Body = "", ReceiptHandle } of Messages) {
      const { id } = JSON.parse(Body) as { id: string };
      heard.set(id, (heard.get(id) ?? 0) + 1);
      await cloud.call("sqs", "DeleteMessage", { QueueUrl: queueUrl, ReceiptHandle }, cloud.administrator);
    }
  }
  // Each of these makes a process forget, or a publisher publish again; one more is a process for each shard.
  const again =
    4 +
    (failed.get(name.function("evaluate-rules", "crypto")) ?? 0) +
    strikes.filter(({ what }) => what.startsWith("sns")).length;
  for (const id of wanted.keys()) expect(heard.has(id) || known.has(id), `nobody heard of ${id}`);
  for (const [id, times] of heard) {
    expect(!id.startsWith("frozen/bitcoin/") || wanted.has(id), `${id} was told for no reason`);
    expect(times <= again, `${id} was told ${times} times`);
    known.add(id);
  }
  return heard.size;
}
