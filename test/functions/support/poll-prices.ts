import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
} from "@aws-sdk/client-kinesis";
import { type Market, startMarket } from "../../../data/market";
import { unpack } from "../../../data/records/unpack";
import { type Cloud, startCloud } from "../../../packages/pocket-cloud";
import { coldStart, logged } from "./bundle";
import { context } from "./events";

const LONGEST_RUN = 600_000;
/** A slot is due until the next one. Of slots of these lengths, at least one does not end while the tests run. */
export const SLOT_SECONDS =
  [3600, 3480].find((seconds) => seconds * 1000 - (Date.now() % (seconds * 1000)) > LONGEST_RUN) ?? 3300;
export const SLOT = new Date(Date.now() - (Date.now() % (SLOT_SECONDS * 1000))).toISOString();
export const NOW = Date.parse(SLOT) + 2500;
export const EVENT = { scheduledTime: SLOT.replace(".000Z", "Z") };

/** A cloud and a price source for the tests of a suite, and the function against both. */
export function pollPrices() {
  const dir = mkdtempSync(join(tmpdir(), "poll-prices-"));
  let cloud: Cloud;
  let market: Market;
  let kinesis: KinesisClient;
  let streams = 0;
  before(async () => {
    cloud = await startCloud({ dir });
    market = await startMarket({ now: () => NOW, coins: 300 });
    const options = { endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials };
    kinesis = new KinesisClient(options);
  });

  afterEach(() => {
    market.setFaults([]);
    cloud.faults.set([]);
  });

  after(async () => {
    kinesis.destroy();
    await market.stop();
    await cloud.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  async function newStream(): Promise<string> {
    const StreamName = `prices-${++streams}`;
    await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    return StreamName;
  }

  /** Polls into a new stream. Returns the result, the log and the sent records. */
  async function poll(
    options: {
      coins?: number;
      millis?: number;
      event?: unknown;
      environment?: Readonly<Record<string, string>>;
      /** Called when the function is loaded, right before it runs. */
      begin?: () => void;
    } = {},
  ) {
    const StreamName = await newStream();
    const handler = await coldStart("poll-prices", cloud, {
      STREAM_NAME: StreamName,
      LANES: "2",
      COINS: String(options.coins ?? 250),
      PRICE_SOURCE: "sample",
      FALLBACK_SOURCE: "none",
      SAMPLE_URL: market.url,
      REQUESTS_PER_MINUTE: "",
      POLL_SECONDS: String(SLOT_SECONDS),
      TICK_SECONDS: String(SLOT_SECONDS),
      API_KEY_PARAMETER: "",
      ...options.environment,
    });
    const before = market.requests();
    options.begin?.();
    const began = performance.now();
    const run = await logged(() =>
      handler(options.event ?? EVENT, context(options.millis)).catch((error: unknown) => error as Error),
    );
    const millis = performance.now() - began;
    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({
        StreamName,
        ShardId: "shardId-000000000000",
        ShardIteratorType: "TRIM_HORIZON",
      }),
    );
    const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
    const rows = Records.flatMap(({ Data, PartitionKey }) =>
      unpack(Data ?? new Uint8Array()).map((line) => ({
        ...((line.ok ? line.value : {}) as Record<string, unknown>),
        lane: PartitionKey,
      })),
    );
    return {
      ...run,
      millis,
      polls:
        (run.result as { polls?: { origin: string; events: number; refused: number; retries: number }[] })
          .polls ?? [],
      rows: rows as ({ lane: string; coin_id: string } & Record<string, unknown>)[],
      records: Records.length,
      requests: market.requests() - before,
    };
  }

  return { poll, newStream, cloud: () => cloud, market: () => market };
}
