import { strict as assert } from "node:assert";
import { FirehoseClient, PutRecordCommand } from "@aws-sdk/client-firehose";
import { PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { hourAt } from "../../data/hours";
import { linesOf, objectsUnder } from "../../functions/shared/objects";
import { queryRows } from "../../tools/kit/athena-results";
import { temporaryDirectory } from "../support/temporary";
import { pricelake } from "./command";
import { type Mutation, mutate } from "./simulation/mutations";
import { name, startWorld, type World } from "./simulation/world";

const HOUR = 3_600_000;

/** A contract that refuses what the feed sends. */
const strict: Mutation = {
  what: "a price limit that is too low",
  file: "data/feeds/stocks.ts",
  from: 'price: { type: "double", min: 0,',
  to: 'price: { type: "double", min: 0, max: 100,',
};

describe("Lines that were quarantined by a mistake of the contract", function () {
  this.timeout(300_000);
  const dir = temporaryDirectory();
  const start = Math.floor((Date.now() - 3 * HOUR) / HOUR) * HOUR;
  const dated = new Date(start + 60_000).toISOString();
  let world: World;
  const mend: (() => Promise<void>)[] = [];

  before(async () => {
    world = await startWorld(dir.path, 1, { feeds: ["stocks"], simulateFrom: start });
    for (const code of ["write-csv", "transform"])
      mend.push(await mutate(world, strict, { code, feed: "stocks" }));
  });
  after(async () => {
    await world?.stop();
    dir.remove();
  });

  const settle = async () => {
    for (let round = 0; round < 3; round++) {
      await world.cloud.clock.advanceTo(world.cloud.clock.now() + 70_000);
      await world.cloud.flush();
    }
  };
  const command = (...args: string[]) => {
    const { endpoint, region, credentials } = world.cloud;
    return pricelake(args, {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    });
  };
  const reconciled = () =>
    command(
      "reconcile",
      "--feed",
      "stocks",
      "--from",
      hourAt(start - HOUR),
      "--to",
      hourAt(start + 2 * HOUR),
    );
  const quarantined = async () => {
    const entries: { raw: string; arrival: string }[] = [];
    for await (const { text } of objectsUnder(world.clients.s3, world.bucket, "quarantine/stocks/"))
      entries.push(...linesOf(text).map((line) => JSON.parse(line) as (typeof entries)[number]));
    return entries;
  };

  it("are missing for reconcile, and in quarantine/ with their arrival", async () => {
    await world.cloud.clock.advanceTo(start + 451_123);
    const lines = [
      '{"ticker_symbol":"LOW","price":5}',
      '{"ticker_symbol":"HIGH","price":150.50}',
      `{"TICKER_SYMBOL":"DATED","PRICE":151,"event_time":"${dated}"}`,
      '{"TICKER_SYMBOL":"PACKED","PRICE":152}\n{"ticker_symbol":"BESIDE","price":6}\n',
      '{"ticker_symbol":"BAD","price":"free"}',
    ];
    await world.clients.kinesis.send(
      new PutRecordsCommand({
        StreamName: name.stream("stocks"),
        Records: lines.map((line, i) => ({ Data: Buffer.from(line), PartitionKey: String(i) })),
      }),
    );
    const firehose = new FirehoseClient({
      ...{ endpoint: world.cloud.endpoint, region: world.cloud.region, credentials: world.cloud.credentials },
    });
    const Data = Buffer.from(
      '{"ticker_symbol":"DIRECT","price":7}\n{"ticker_symbol":"DIRECT HIGH","price":153}\n',
    );
    const DeliveryStreamName = name.directDeliveryStream("stocks");
    await firehose.send(new PutRecordCommand({ DeliveryStreamName, Record: { Data } }));
    firehose.destroy();
    await settle();
    assert.deepEqual(
      (await quarantined())
        .map(({ raw }) => /"(?:ticker_symbol|TICKER_SYMBOL)":"(.*?)"/.exec(raw)?.[1])
        .sort(),
      ["BAD", "DATED", "DIRECT HIGH", "HIGH", "PACKED"],
    );
    const { code, stdout } = await reconciled();
    assert.equal(code, 1);
    assert.match(stdout, /! .* csv: 3 of 5 events of the stream are not in csv\/$/m);
  });

  it("are stored once after redrive, at the time of their first arrival, and reconcile is clean", async () => {
    const arrivals = new Map(
      (await quarantined()).map(({ raw, arrival }) => [/:"(.*?)"/.exec(raw)?.[1] ?? "", arrival]),
    );
    for (const restore of mend) await restore();
    const redriven = await command("redrive");
    assert.equal(redriven.code, 0, redriven.stderr);
    assert.equal(redriven.stdout, "0 failed batches; quarantine: 4 lines sent again, 1 still invalid\n");
    await settle();
    const { code, stdout, stderr } = await reconciled();
    assert.match(stdout, /^ {2}all counts agree$/m, stderr);
    assert.equal(code, 0);
    const at = (ticker: string) => arrivals.get(ticker)?.replace("T", " ").replace("Z", "");
    assert.deepEqual(
      await queryRows(
        world.clients.athena,
        name,
        "SELECT ticker_symbol, CAST(price AS integer), CAST(event_time AS varchar) FROM stocks " +
          "WHERE ticker_symbol NOT IN ('LOW', 'BESIDE') ORDER BY 1",
      ),
      [
        ["DATED", "151", dated.replace("T", " ").replace("Z", "")],
        ["DIRECT HIGH", "153", at("DIRECT HIGH")],
        ["HIGH", "151", at("HIGH")],
        ["PACKED", "152", at("PACKED")],
      ],
    );
    assert.deepEqual(
      (await quarantined()).map(({ raw }) => raw),
      ['{"ticker_symbol":"BAD","price":"free"}'],
    );
  });

  it("are not sent a second time", async () => {
    const again = await command("redrive");
    assert.equal(again.stdout, "0 failed batches; quarantine: 0 lines sent again, 1 still invalid\n");
  });
});
