import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { type Cloud, startCloud } from "../../packages/pocket-cloud";
import { loadFactor } from "../support/load";
import { coldStart, logged } from "./support/bundle";
import { batch, coin, context, line, SHARD, sequence } from "./support/events";
import { objectsOf } from "./support/lake";

const at = "2026-01-02T03:05:00.000Z";
const done = { batchItemFailures: [] };
const again = { batchItemFailures: [{ itemIdentifier: sequence(1) }] };
const key = `csv/crypto/dt=2026-01-02/hour=03/${SHARD}-${sequence(1)}.csv`;

describe("write-csv's bundle", () => {
  const dir = mkdtempSync(join(tmpdir(), "write-csv-"));
  let cloud: Cloud;
  let s3: S3Client;
  let buckets = 0;

  before(async () => {
    cloud = await startCloud({ dir });
    s3 = new S3Client({ endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials });
  });

  afterEach(() => cloud.faults.set([]));

  after(async () => {
    s3.destroy();
    await cloud.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  async function lake() {
    const bucket = `csv-lake-${++buckets}`;
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    const handler = await coldStart("write-csv", cloud, { FEED: "crypto", LAKE_BUCKET: bucket });
    const write = async (data: readonly string[], millis?: number) =>
      (await logged(() => handler(batch(...data), context(millis)))).result;
    return {
      write,
      keys: async () => [...(await objectsOf(s3, bucket)).keys()],
      body: async () => String((await objectsOf(s3, bucket)).get(key)),
    };
  }

  it("stores a batch and says so", async () => {
    const { write, keys } = await lake();
    assert.deepEqual(await write([line(coin("aaa", at)), "nonsense\n"]), done);
    assert.deepEqual(await keys(), [key, `quarantine/crypto/dt=2026-01-02/${SHARD}-${sequence(2)}.json`]);
  });

  for (const [name, fault] of Object.entries({
    "a 503": { kind: "error", code: "SlowDown", status: 503 },
    "a dropped connection": { kind: "drop" },
    "a lost acknowledgement": { kind: "lost-ack" },
    "a slow answer": { kind: "delay", millis: 200 },
  } as const))
    it(`puts the same object again after ${name}`, async () => {
      const { write, keys } = await lake();
      cloud.faults.set([{ service: "s3", operation: "PutObject", fault, times: 1 }]);
      assert.deepEqual(await write([line(coin("aaa", at))]), done);
      assert.deepEqual(await keys(), [key]);
    });

  it("fails the batch while S3 is unavailable, and overwrites the object on the retry", async () => {
    const { write, keys, body } = await lake();
    cloud.faults.set([
      {
        service: "s3",
        operation: "PutObject",
        fault: { kind: "error", code: "SlowDown", status: 503 },
        times: 3,
      },
    ]);
    assert.deepEqual(await write([line(coin("aaa", at))]), again);
    assert.deepEqual(await write([line(coin("aaa", at)), line(coin("bbb", at))]), done);
    assert.deepEqual(await keys(), [key]);
    assert.deepEqual(
      (await body()).split("\n").map((row) => row.slice(0, 3)),
      ["aaa", "bbb", ""],
    );
  });

  it("stops before its timeout, so that no late write replaces a fuller object", async () => {
    const { write, body } = await lake();
    cloud.faults.set([
      { service: "s3", operation: "PutObject", fault: { kind: "delay", millis: 1500 }, times: 1 },
    ]);
    const started = performance.now();
    assert.deepEqual(await write([line(coin("aaa", at))], 2000), again);
    // It ends 200 ms before the timeout.
    assert.ok(performance.now() - started < 1800 + 200 * loadFactor());
    assert.deepEqual(await write([line(coin("aaa", at)), line(coin("bbb", at))]), done);
    // Long enough for the first write to come, if it still could.
    await new Promise((resolve) => setTimeout(resolve, started + 2000 - performance.now()));
    assert.match(await body(), /^aaa,.*\nbbb,/);
  });

  it("gzips its objects on request", async () => {
    await s3.send(new CreateBucketCommand({ Bucket: "csv-gzip" }));
    const handler = await coldStart("write-csv", cloud, {
      FEED: "crypto",
      LAKE_BUCKET: "csv-gzip",
      GZIP: "true",
    });
    await logged(() => handler(batch(line(coin("aaa", at))), context()));
    process.env.GZIP = "";
    const [[name, body] = assert.fail()] = [...(await objectsOf(s3, "csv-gzip"))];
    assert.equal(name, `${key}.gz`);
    assert.match(gunzipSync(body).toString(), /^aaa,aaa,aaa,1,/);
  });

  it("refuses to start without its environment", async () => {
    await assert.rejects(
      () => coldStart("write-csv", cloud, { FEED: "crypto", LAKE_BUCKET: "" }),
      /environment variable LAKE_BUCKET is ""; it must be set/,
    );
    await assert.rejects(
      () => coldStart("write-csv", cloud, { FEED: "cash", LAKE_BUCKET: "b" }),
      /FEED is "cash"; it must be one of crypto, retail, stocks, posts/,
    );
  });
});
