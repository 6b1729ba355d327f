import { strict as assert } from "node:assert";
import { gzipSync } from "node:zlib";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { declareLake } from "../../analytics/check/lake";
import { Clients } from "../../analytics/clients";
import { encodeCsv, type FeedDefinition, feeds, type Row } from "../../data/feeds";
import { type Cloud, startCloud } from "../../packages/pocket-cloud";
import { runQuery } from "../../tools/kit/athena";
import { readResults } from "../../tools/kit/athena-results";
import { temporaryDirectory } from "../support/temporary";
import { coin } from "./support/events";
import { expected, play, records, tries } from "./support/recut";

const crypto = feeds.crypto ?? assert.fail();

describe("The view over what write-csv wrote", () => {
  const { path: dir, remove } = temporaryDirectory();
  let cloud: Cloud;
  let clients: Clients;
  let lake: Awaited<ReturnType<typeof declareLake>>;
  let put: (key: string, body: string | Uint8Array) => Promise<unknown>;

  before(async () => {
    cloud = await startCloud({ dir, clock: { simulateFrom: Date.parse("2026-02-01T00:00:00Z") } });
    const { endpoint, region, credentials } = cloud;
    const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    clients = new Clients({ endpoint, region, credentials });
    lake = await declareLake({ endpoint, region, credentials }, "test");
    put = (Key, Body) => s3.send(new PutObjectCommand({ Bucket: lake.bucket, Key, Body }));
  });

  after(async () => {
    clients.close();
    await cloud.stop();
    remove();
  });

  async function select(query: string, target = lake): Promise<(string | null)[][]> {
    const finished = await runQuery(clients.athena, target, { query, parameters: [] });
    const rows: (string | null)[][] = [];
    for await (const batch of (await readResults(clients.athena, finished)).rows)
      rows.push(...batch.map((cells) => [...cells]));
    return rows;
  }

  it("has each row once, however often the checkpoint fell back", async () => {
    const plays = fc.sample(
      fc.tuple(records, tries).filter(([, attempts]) => attempts.length > 5),
      { numRuns: 8, seed: 20260102 },
    );
    const wanted: string[][] = [];
    let written = 0;
    for (const [i, [stream, attempts]] of plays.entries()) {
      const day = `2026-01-0${i + 1}`;
      const { objects, ids } = await play(stream, attempts, true, day);
      written += ids.length;
      wanted.push(...expected(stream).ids.map((id) => [day, id]));
      for (const [key, body] of objects) if (key.startsWith("csv/")) await put(key, body);
    }
    assert.ok(written > wanted.length, "something was written twice");
    assert.deepEqual((await select("SELECT dt, coin_id FROM crypto")).sort(), wanted.sort());
  });

  it("shows null for a column that was added after a file was written, and its value in newer files", async () => {
    const { stocks = assert.fail() } = feeds;
    const extended: FeedDefinition = {
      ...stocks,
      name: "stocks",
      columns: { ...stocks.columns, venue: { type: "string", nullable: true, doc: "" } },
    };
    const connection = { endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials };
    const later = await declareLake(connection, "later", [extended]);
    const tick = (price: number, rest: object = {}) =>
      ({
        ticker_symbol: "QXZ",
        sector: "A,B",
        change: null,
        price,
        event_time: `2026-01-21T03:0${price}:00.000Z`,
        ...rest,
      }) as Row;
    const s3 = new S3Client({ ...connection, forcePathStyle: true });
    for (const [key, body] of [
      ["old", encodeCsv(stocks, tick(1))],
      ["new", encodeCsv(extended, tick(2, { venue: "XNAS" }))],
    ] as const)
      await s3.send(
        new PutObjectCommand({
          Bucket: later.bucket,
          Key: `csv/stocks/dt=2026-01-21/hour=03/${key}.csv`,
          Body: body,
        }),
      );
    s3.destroy();
    assert.deepEqual(
      await select(
        "SELECT price, venue, change, sector FROM stocks WHERE dt = '2026-01-21' ORDER BY price",
        later,
      ),
      [
        ["1.0", null, null, "A,B"],
        ["2.0", "XNAS", null, "A,B"],
      ],
    );
  });

  it("shows every tick of one instant that has its own price, and a repeated one once", async () => {
    const { stocks = assert.fail() } = feeds;
    const tick = (price: number) =>
      ({
        ticker_symbol: "QXZ",
        sector: null,
        change: 1,
        price,
        event_time: "2026-01-22T03:00:00.000Z",
      }) as Row;
    for (const [name, prices] of [
      ["1", [10, 11, 12]],
      ["2", [12, 13]],
    ] as const)
      await put(
        `csv/stocks/dt=2026-01-22/hour=03/${name}.csv`,
        prices.map((price) => encodeCsv(stocks, tick(price))).join(""),
      );
    assert.deepEqual(await select("SELECT price FROM stocks WHERE dt = '2026-01-22' ORDER BY 1"), [
      ["10.0"],
      ["11.0"],
      ["12.0"],
      ["13.0"],
    ]);
  });

  it("shows the same of two rows that are equal in the preferred columns, whatever the order of the files", async () => {
    const { stocks = assert.fail() } = feeds;
    const ticks = (day: string, sector: string | null) =>
      Array.from({ length: 50 }, (_, i) =>
        encodeCsv(stocks, {
          ticker_symbol: `Q${i}`,
          sector,
          change: null,
          price: 10,
          event_time: `${day}T03:00:00.000Z`,
        } as Row),
      ).join("");
    for (const [day, sectors] of [
      ["2026-01-23", [null, "ENERGY", "TECHNOLOGY"]],
      ["2026-01-24", ["TECHNOLOGY", "ENERGY", null]],
    ] as const)
      for (const [i, sector] of sectors.entries())
        await put(`csv/stocks/dt=${day}/hour=03/${i}.csv`, ticks(day, sector));
    assert.deepEqual(
      await select(
        "SELECT dt, sector, count(*) FROM stocks WHERE dt IN ('2026-01-23', '2026-01-24') GROUP BY 1, 2 ORDER BY 1, 2",
      ),
      [
        ["2026-01-23", "TECHNOLOGY", "50"],
        ["2026-01-24", "TECHNOLOGY", "50"],
      ],
    );
  });

  it("reads gzip beside plain objects", async () => {
    const row = (id: string) => encodeCsv(crypto, coin(id, "2026-01-21T03:05:00.000Z") as Row);
    const folder = "csv/crypto/dt=2026-01-21/hour=03/shardId-000000000000";
    await put(`${folder}-1.csv`, row("plain"));
    await put(`${folder}-2.csv.gz`, gzipSync(row("gzip")));
    assert.deepEqual(await select("SELECT coin_id FROM crypto WHERE dt = '2026-01-21' ORDER BY 1"), [
      ["gzip"],
      ["plain"],
    ]);
  });

  it("prefers for one slot the polled row to a backfilled one, then the row with the later update", async () => {
    const at = "2026-01-20T03:05:00.000Z";
    const seen = (minute: number) => ({ last_updated: `2026-01-20T03:0${minute}:00.000Z` });
    const rows = [
      coin("bitcoin", at, 3, { origin: "backfill", ...seen(9) }),
      coin("bitcoin", at, 2, seen(4)),
      coin("bitcoin", at, 1, seen(3)),
      coin("ethereum", at, 9, seen(4)),
      coin("ethereum", at, 10, seen(4)),
    ];
    for (const [i, row] of rows.entries())
      await put(
        `csv/crypto/dt=2026-01-20/hour=03/shardId-000000000000-${i}.csv`,
        encodeCsv(crypto, row as Row),
      );
    assert.deepEqual(
      await select("SELECT coin_id, price_usd, origin FROM crypto WHERE dt = '2026-01-20' ORDER BY 1"),
      [
        ["bitcoin", "2.0", "poll"],
        ["ethereum", "10.0", "poll"],
      ],
    );
  });
});
