import { strict as assert } from "node:assert";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { CreateDeliveryStreamCommand, FirehoseClient } from "@aws-sdk/client-firehose";
import { CreateStreamCommand, GetRecordsCommand, GetShardIteratorCommand } from "@aws-sdk/client-kinesis";
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { feeds } from "../../../data/feeds";
import { readRetailFile } from "../../../data/feeds/retail-file";
import { readRows } from "../../../data/records/rows";
import { collect as command } from "../../../tools/collect/command";
import { startPricelake } from "../../pipeline/command";
import { connectionOf, deliveryRole, type TestCloud, testCloud } from "../../support/cloud";
import { temporaryDirectory } from "../../support/temporary";

describe("npm run collect", () => {
  const dir = temporaryDirectory();
  let world: TestCloud;
  before(async () => {
    world = await testCloud({ enforceLimits: false });
    for (const StreamName of ["pricelake-local-posts", "pricelake-local-retail", "gecko", "private"])
      await world.kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  });
  after(async () => {
    await world.stop();
    dir.remove();
  });

  async function collect(...args: string[]) {
    const child = startPricelake(world.cloud, ["collect", "--dir", dir.path, ...args]);
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    return { code, stdout, stderr };
  }

  async function recordsOf(StreamName: string) {
    const { ShardIterator } = await world.kinesis.send(
      new GetShardIteratorCommand({
        StreamName,
        ShardId: "shardId-000000000000",
        ShardIteratorType: "TRIM_HORIZON",
      }),
    );
    const { Records = [] } = await world.kinesis.send(new GetRecordsCommand({ ShardIterator }));
    return Records.map(({ Data, PartitionKey }) => ({
      text: Buffer.from(Data ?? []).toString(),
      key: PartitionKey ?? "",
    }));
  }

  it("keeps its positions in folders and files that only their owner may access", async () => {
    const state = join(dir.path, "private");
    const args = [
      "--source",
      "sample",
      "--rate",
      "2000",
      "--limit",
      "10",
      "--to",
      "kinesis:private",
      "--dir",
      state,
    ];
    const umask = process.umask(0o022);
    const { code, stderr } = await collect(...args).finally(() => process.umask(umask));
    assert.equal(code, 0, stderr);
    const modes = ["", "collect", `collect/${readdirSync(join(state, "collect"))[0]}`].map(
      (name) => statSync(join(state, name)).mode & 0o777,
    );
    assert.deepEqual(modes, [0o700, 0o700, 0o600]);
  });

  it("sends packs of rows into the feed's stream, malformed objects as they are, and resumes", async () => {
    const args = ["--source", "sample", "--rate", "2000", "--limit", "600", "--json"];
    const [first, second] = [await collect(...args), await collect(...args)];
    assert.deepEqual([first.code, second.code], [0, 0], first.stderr + second.stderr);
    const counts = [first, second].map(({ stdout }) => JSON.parse(stdout) as Record<string, number>);
    const total = (name: string) => counts.reduce((sum, each) => sum + (each[name] ?? 0), 0);
    assert.equal(total("rows") + total("malformed"), 1200);
    const records = await recordsOf("pricelake-local-posts");
    assert.ok(records.length < 100, `${records.length} records`);
    const posts = feeds.posts as NonNullable<(typeof feeds)["posts"]>;
    const rows = records.flatMap((record) => [
      ...readRows(posts, Buffer.from(record.text), new Date().toISOString(), ""),
    ]);
    const valid = rows.flatMap((row) => (row.ok ? [row.row] : []));
    assert.deepEqual([valid.length, rows.length - valid.length], [total("rows"), total("malformed")]);
    assert.equal(new Set(valid.map(({ post_id }) => post_id)).size, valid.length);
    assert.ok(total("malformed") > 0 && total("deletions") > 0);
  });

  it("sends one row a record into other streams, with the feed's partition key", async () => {
    const { code, stderr } = await collect(
      ...["--source", "demo", "--to", "kinesis:gecko", "--rate", "100", "--limit", "7"],
    );
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^demo, seed 1, 100\/s → kinesis:gecko: 7 rows \(\d+\.\d\/s\); last 0 s ago\n$/);
    const records = await recordsOf("gecko");
    assert.equal(records.length, 7);
    for (const { text: line, key } of records) {
      assert.match(
        line,
        /^\{"ticker_symbol":"[A-Z]+","sector":"[A-Z]+","change":-?[\d.]+,"price":[\d.]+,"event_time":"20[^"]+Z"\}\n$/,
      );
      assert.equal(JSON.parse(line).ticker_symbol, key);
    }
  });

  it("sends the console's demo records into a delivery stream", async () => {
    const { cloud } = world;
    const s3 = new S3Client({ ...connectionOf(cloud), forcePathStyle: true });
    const firehose = new FirehoseClient(connectionOf(cloud));
    try {
      await s3.send(new CreateBucketCommand({ Bucket: "datos" }));
      await firehose.send(
        new CreateDeliveryStreamCommand({
          DeliveryStreamName: "lab",
          ExtendedS3DestinationConfiguration: {
            BucketARN: "arn:aws:s3:::datos",
            RoleARN: await deliveryRole(cloud, "datos"),
            Prefix: "datos/",
            CompressionFormat: "GZIP",
          },
        }),
      );
      const { code, stderr } = await collect(
        ...["--source", "demo", "--to", "firehose:lab", "--rate", "50", "--limit", "20"],
      );
      assert.equal(code, 0, stderr);
      await cloud.flush();
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "datos" }));
      const [object] = Contents;
      assert.match(object?.Key ?? "", /^datos\/\d{4}\/\d\d\/\d\d\/\d\d\/lab-1-/);
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: "datos", Key: object?.Key }));
      const lines = gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array())
        .toString()
        .trimEnd()
        .split("\n");
      assert.equal(lines.length, 20);
      for (const line of lines)
        assert.match(
          line,
          /^\{"TICKER_SYMBOL":"[A-Z]+","SECTOR":"[A-Z]+","CHANGE":-?[\d.]+,"PRICE":[\d.]+\}$/,
        );
    } finally {
      s3.destroy();
      firehose.destroy();
    }
  });

  it("writes dated log files from the user's own file, resumes in it, and begins anew with --restart", async () => {
    const file = join(dir.path, "OnlineRetail.csv");
    const columns = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,Customer,Country";
    const line = (n: number) =>
      `${n},22633,"WARMER, ""UNION""",6,12/13/2010 8:28,1.85,17850,United Kingdom\n`;
    writeFileSync(file, `${columns}\n${line(1)}${line(2)}${line(3)}`);
    const logs = join(dir.path, "logs");
    const args = ["--source", "shop", "--file", file, "--as-logs", logs];
    const first = await collect(...args, "--limit", "2");
    assert.equal(first.code, 0, first.stderr);
    const second = await collect(...args);
    assert.match(second.stderr, /^resuming after line 3 of .*; --restart begins anew\n.*: 1 row \(/);
    const names = readdirSync(logs).sort();
    for (const name of names) assert.match(name, /^\d{8}-\d{6}\.log$/);
    const written = names.map((name) => readFileSync(join(logs, name), "utf8")).join("");
    assert.equal(written, line(1) + line(2) + line(3));
    assert.equal(
      [...readRetailFile(Buffer.from(written)).lines()].filter(({ result }) => result.ok).length,
      3,
    );
    assert.match((await collect(...args)).stderr, /: 0 rows/);
    assert.match((await collect(...args, "--restart")).stderr, /: 3 rows/);
  });

  it("refuses options that do not go together, and destinations that are not there", async () => {
    const refusals: [string[], RegExp][] = [
      [["--source", "twitter"], /--source takes one of sample, demo, shop/],
      [["--source", "sample", "--to", "s3:bucket"], /--to takes kinesis:<stream>, firehose:/],
      [["--source", "sample", "--as-logs", "x"], /--as-logs goes with the source shop, not with sample/],
      [["--source", "demo", "--file", "x"], /--file does not go with the source demo/],
      [["--source", "shop", "--file", "missing.csv"], /--file missing.csv: ENOENT/],
      [["--source", "demo", "--rate", "1001"], /--rate of the source demo is at most 1000, not "1001"/],
      [
        ["--source", "demo", "--to", "kinesis:pricelake-local-posts"],
        /pricelake-local-posts carries posts, and the source demo gives stocks/,
      ],
    ];
    for (const [args, message] of refusals)
      await assert.rejects(async () => command.run(args), { exitCode: 2, message });
    const missing = await collect("--source", "demo", "--to", "kinesis:geckoo");
    assert.deepEqual(
      [missing.code, missing.stderr],
      [1, "pricelake: there is no stream geckoo; did you mean gecko?\n"],
    );
  });

  it("continues until Ctrl-C with --follow, and exits with 130 and its counts", async () => {
    const child = startPricelake(world.cloud, [
      ...["collect", "--dir", dir.path, "--source", "shop", "--rate", "40", "--follow", "--json"],
    ]);
    const [stdout] = [text(child.stdout)];
    const began = Date.now();
    while ((await recordsOf("pricelake-local-retail")).length < 3 && Date.now() - began < 100_000)
      await new Promise((resolve) => setTimeout(resolve, 100));
    child.kill("SIGINT");
    const [code] = await once(child, "close");
    assert.equal(code, 130);
    const { rows } = JSON.parse(await stdout);
    const stored = (await recordsOf("pricelake-local-retail")).flatMap((record) =>
      record.text.trimEnd().split("\n"),
    );
    assert.equal(rows, stored.length);
  });
});
