import { strict as assert } from "node:assert";
import {
  type GetRecordsCommand,
  GetShardIteratorCommand,
  ProvisionedThroughputExceededException,
} from "@aws-sdk/client-kinesis";
import { polling } from "../../../../../tools/consume/sources/kinesis/polling";

const MIB = 1024 * 1024;

/** A shard of pages of 1 MiB, which gives 2 MiB a second as Kinesis does, or all at once. */
function shardOf(pages: number, limited: boolean) {
  let balance = 2 * MIB;
  let at = Date.now();
  let given = 0;
  const counts = { refusals: 0 };
  const send = async (command: GetShardIteratorCommand | GetRecordsCommand) => {
    if (command instanceof GetShardIteratorCommand) return { ShardIterator: "i" };
    balance = Math.min(2 * MIB, balance + ((Date.now() - at) / 1000) * 2 * MIB);
    at = Date.now();
    if (limited && balance <= 0) {
      counts.refusals++;
      throw new ProvisionedThroughputExceededException({ message: "Rate exceeded", $metadata: {} });
    }
    balance -= MIB;
    const Records = [{ Data: new Uint8Array(MIB), SequenceNumber: String(++given), PartitionKey: "k" }];
    return { Records, ...(given < pages && { NextShardIterator: "i" }), MillisBehindLatest: 0 };
  };
  return { kinesis: { send: send as never }, counts };
}

async function readAll(pages: number, limited: boolean) {
  const { kinesis, counts } = shardOf(pages, limited);
  const began = Date.now();
  const reading = {
    ...{ kinesis, stream: "s", signal: new AbortController().signal, log: () => {} },
    random: () => 0.1,
  };
  let bytes = 0;
  for await (const page of polling({ paceMillis: 0 })(reading, "shard", { type: "TRIM_HORIZON" }))
    bytes += page.Records?.[0]?.Data?.byteLength ?? 0;
  return { bytes, refusals: counts.refusals, seconds: (Date.now() - began) / 1000 };
}

describe("Reading a shard faster than Kinesis gives it", () => {
  it("keeps to what the shard gives after the first refusal, instead of being refused again and again", async () => {
    const { bytes, refusals, seconds } = await readAll(6, true);
    assert.equal(bytes, 6 * MIB);
    assert.ok(refusals >= 1 && refusals <= 6, `${refusals} refusals`);
    assert.ok(seconds < 6, `${seconds} s`);
  });

  it("does not wait where nothing is refused, as in a cloud without limits", async () => {
    const { seconds } = await readAll(20, false);
    assert.ok(seconds < 2, `${seconds} s`);
  });
});
