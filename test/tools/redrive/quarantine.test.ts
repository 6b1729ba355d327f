import { strict as assert } from "node:assert";
import { CreateStreamCommand } from "@aws-sdk/client-kinesis";
import { CreateBucketCommand, HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type FeedDefinition, feeds } from "../../../data/feeds";
import { refusedBytes, refusedText, UnknownFields } from "../../../data/records/quarantine";
import { readEvents } from "../../../tools/consume/sources/kinesis/source";
import { type QuarantineRedriven, redriveQuarantine } from "../../../tools/redrive/quarantine";
import { connectionOf, type TestCloud, testCloud } from "../../support/cloud";

describe("redriveQuarantine", () => {
  const bucket = "lake";
  const feed = feeds.posts as FeedDefinition;
  const stocks = feeds.stocks as FeedDefinition;
  let world: TestCloud;
  let s3: S3Client;
  before(async () => {
    world = await testCloud({ enforceLimits: false });
    s3 = new S3Client({ ...connectionOf(world.cloud), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  });
  after(async () => {
    s3.destroy();
    await world.stop();
  });

  /** Redrives one object of these entries; the objects, and the lines that arrive in the stream. */
  async function redriven(of: FeedDefinition, name: string, entries: readonly object[]) {
    await world.kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: 1 }));
    const key = `quarantine/${of.name}/dt=2026-01-02/${name}.json`;
    const Body = entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
    const signal = new AbortController().signal;
    const objects: QuarantineRedriven[] = [];
    for await (const object of redriveQuarantine({
      ...{ s3, kinesis: world.kinesis, bucket, stream: name, lanes: 4, feed: of, signal },
    }))
      if (object.key === key) objects.push(object);
    const events = await readEvents({
      ...{ kinesis: world.kinesis, stream: name, start: { type: "TRIM_HORIZON" }, feed: undefined },
    });
    const lines = events.map(({ text }) => text);
    const left = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })).then(
      () => true,
      () => false,
    );
    return { objects, lines: lines.sort(), left };
  }

  const refusal = { column: "text", reason: "then" };
  const post =
    '{"post_id":1050118621198921728,"author":"a","text":"x","posted_at":"2026-01-02T03:00:00.000Z","n":1.0}';

  it("sends the bytes that arrived", async () => {
    const { objects, lines, left } = await redriven(feed, "bytes", [refusedText("s", post, refusal)]);
    assert.deepEqual(lines, [post]);
    assert.deepEqual([objects[0]?.sent, objects[0]?.kept, left], [1, 0, false]);
  });

  it("neither sends nor counts the entries of unknown fields", async () => {
    const fields = new UnknownFields();
    fields.add(["n"], "s", post);
    const { objects, lines, left } = await redriven(feed, "fields", [
      ...fields.entries(),
      refusedText("s", post, refusal),
    ]);
    assert.deepEqual([lines.length, objects[0]?.sent, objects[0]?.kept, left], [1, 1, 0, true]);
  });

  it("keeps what is still refused, text or bytes", async () => {
    const { objects, lines, left } = await redriven(feed, "kept", [
      refusedText("s", '{"post_id":1}', refusal),
      refusedBytes("s", Uint8Array.from([0xff, 0xfe]), "not UTF-8"),
    ]);
    assert.deepEqual([lines, objects[0]?.sent, objects[0]?.kept, left], [[], 0, 2, true]);
  });

  it("sends the parsed objects of older entries", async () => {
    const raw = JSON.parse(post) as object;
    const { lines } = await redriven(feed, "old", [{ source: "s", column: "text", reason: "then", raw }]);
    assert.deepEqual(lines, [JSON.stringify(raw)]);
  });

  it("adds the time of the first arrival to a line without one, and changes nothing else", async () => {
    const line = '{"ticker_symbol":"ALY","price":1.50} ';
    const { lines } = await redriven(stocks, "undated", [refusedText("s", line, refusal)]);
    assert.match(lines[0] ?? "", /^\{"ticker_symbol":"ALY","price":1\.50,"event_time":"\d{4}-.*Z"\}$/);
  });

  it("gives a line without a time the time at which its record arrived, as the stream's readers do", async () => {
    const arrival = "2026-01-02T03:04:05.678Z";
    const { lines } = await redriven(stocks, "arrived", [
      { ...refusedText("s", '{"ticker_symbol":"ALY","price":1.50}', refusal), arrival },
    ]);
    assert.deepEqual(lines, [`{"ticker_symbol":"ALY","price":1.50,"event_time":"${arrival}"}`]);
  });

  it("keeps a line whose event time is out of range", async () => {
    const line = '{"ticker_symbol":"ALY","price":1,"event_time":"2999-01-01T00:00:00.000Z"}';
    const { objects } = await redriven(stocks, "future", [refusedText("s", line, refusal)]);
    assert.deepEqual([objects[0]?.sent, objects[0]?.kept], [0, 1]);
  });
});
