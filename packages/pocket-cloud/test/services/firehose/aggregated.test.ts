import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { deaggregateKpl } from "../../../services/firehose/source/aggregated";

const field = (number: number, bytes: Buffer) =>
  Buffer.concat([Buffer.from([(number << 3) | 2, bytes.byteLength]), bytes]);
const record = (data: string) =>
  field(3, Buffer.concat([Buffer.from([0x08, 0x00]), field(3, Buffer.from(data))]));
const aggregate = (...data: string[]) => {
  const message = Buffer.concat([field(1, Buffer.from("key")), ...data.map(record)]);
  const digest = createHash("md5").update(message).digest();
  return Buffer.concat([Buffer.from([0xf3, 0x89, 0x9a, 0xc2]), message, digest]);
};

describe("Records aggregated by the Kinesis Producer Library", () => {
  it("are split into their records", () => {
    assert.deepEqual(deaggregateKpl(aggregate("one", "two")).map(String), ["one", "two"]);
  });

  it("stay whole when the checksum is wrong or they are not aggregated", () => {
    const damaged = aggregate("one");
    damaged[damaged.byteLength - 1] = (damaged.at(-1) ?? 0) ^ 1;
    assert.deepEqual(deaggregateKpl(damaged), [damaged]);
    const plain = Buffer.from("plain");
    assert.deepEqual(deaggregateKpl(plain), [plain]);
  });
});
