import { strict as assert } from "node:assert";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { CreateStreamCommand, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { type FeedDefinition, feeds, type Row } from "../../../data/feeds";
import { alerts } from "../../../tools/alerts/command";
import { explain, testRules } from "../../../tools/alerts/evaluate";
import { pricelake, startPricelake } from "../../pipeline/command";
import { testCloud } from "../../support/cloud";
import { temporaryDirectory } from "../../support/temporary";

const crypto = feeds.crypto as FeedDefinition;

/** A price of bitcoin, which is on the watchlist. */
const price = (minute: number, usd: number): Row => ({
  ...Object.fromEntries(Object.keys(crypto.columns).map((name) => [name, null])),
  coin_id: "bitcoin",
  symbol: "btc",
  name: "Bitcoin",
  price_usd: usd,
  last_updated: new Date(Date.UTC(2026, 2, 1, 12, minute)).toISOString(),
  origin: "poll",
  [crypto.eventTime]: new Date(Date.UTC(2026, 2, 1, 12, minute)).toISOString(),
});

describe("npm run alerts -- test", () => {
  const dir = temporaryDirectory();
  after(dir.remove);

  it("evaluates rows by event time, counts repeated matches once, and explains with the values", () => {
    const {
      rows,
      alerts: found,
      repeated,
    } = testRules(crypto, [price(15, 112), price(0, 100), price(10, 106)]);
    const moves = found.filter(({ rule }) => rule === "fast-move");
    assert.deepEqual([rows, moves.length, repeated >= 1], [3, 1, true]);
    const [move] = moves;
    assert.ok(move);
    assert.equal(move.eventTime, "2026-03-01T12:10:00.000Z");
    assert.match(
      explain(move),
      /^2026-03-01T12:10:00\.000Z warning fast-move: bitcoin\n {2}A coin of the watchlist moved by 5 % .*\n(?: {4}.+ = .+\n)+$/,
    );
    assert.match(explain(move), /price_usd percentChange.* = 6\n/);
  });

  it("finds nothing in quiet prices", () => {
    assert.deepEqual(testRules(crypto, [price(0, 100), price(10, 101)]).alerts, []);
  });

  it("reads a file, and prints the alerts and counts", async () => {
    const file = join(dir.path, "prices.ndjson");
    writeFileSync(file, [price(0, 100), price(10, 106)].map((row) => `${JSON.stringify(row)}\n`).join(""));
    const { code, stdout, stderr } = await pricelake(["alerts", "test", file, "--json"]);
    assert.equal(code, 0, stderr);
    const found = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).rule);
    assert.ok(found.includes("fast-move"));
    assert.match(stderr, /^2 rows, 1 alert; 0 more matches within/m);
  });

  it("reads the rows of the feed's stream", async () => {
    const world = await testCloud();
    try {
      const StreamName = "pricelake-local-crypto";
      await world.kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
      const now = new Date(Math.floor(Date.now() / 60_000) * 60_000);
      const rows = [-10, 0].map((minutes) => ({
        ...price(0, 106 + (minutes * 6) / 10),
        event_time: new Date(now.getTime() + minutes * 60_000).toISOString(),
      }));
      const Data = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
      await world.kinesis.send(new PutRecordsCommand({ StreamName, Records: [{ Data, PartitionKey: "0" }] }));
      const child = startPricelake(world.cloud, ["alerts", "test", "--since", "1h"]);
      const [stdout, stderr, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, "close"),
      ]);
      assert.equal(code, 0, stderr);
      assert.match(stderr, /^2 rows, \d+ alerts; /m);
      assert.match(stdout, new RegExp(`^${rows[1]?.event_time} warning fast-move: bitcoin$`, "m"));
    } finally {
      await world.stop();
    }
  });

  it("refuses a feed without rules, a missing file and other words", async () => {
    assert.throws(() => testRules(feeds.posts as FeedDefinition, []), {
      exitCode: 2,
      message: "there are no rules for posts, only for crypto; docs/rules.md says how a feed gets rules",
    });
    await assert.rejects(async () => alerts.run(["test", "nowhere.csv"]), { exitCode: 2 });
    await assert.rejects(async () => alerts.run(["list"]), { exitCode: 2, message: /^alerts takes test/ });
  });
});
