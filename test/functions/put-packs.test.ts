import { strict as assert } from "node:assert";
import fc from "fast-check";
import type { Pack } from "../../data/records/pack";
import { backoffMs } from "../../functions/shared/backoff";
import { putPacks as put } from "../../functions/shared/put-packs";
import { logged } from "./support/bundle";

const putPacks = async (...given: Parameters<typeof put>) => (await logged(() => put(...given))).result;

type Entry = { readonly Data: Uint8Array; readonly PartitionKey: string };

/** A stream that refuses entries as `refuse` says; what it took, in order, and the size of each call. */
function stream(refuse: () => boolean) {
  const taken: string[] = [];
  const calls: number[] = [];
  const client = {
    send: async ({ input }: { input: { Records: readonly Entry[] } }) => {
      calls.push(input.Records.length);
      return {
        Records: input.Records.map(({ Data, PartitionKey }) => {
          if (refuse()) return { ErrorCode: "ProvisionedThroughputExceededException" };
          taken.push(`${PartitionKey}:${Buffer.from(Data).toString()}`);
          return { SequenceNumber: "1" };
        }),
      };
    },
  };
  return { client: client as never, taken, calls };
}

const packsOf = (lanes: readonly number[]): Pack[] =>
  lanes.map((lane, i) => ({ partitionKey: String(lane), data: Buffer.from(String(i)), events: 1 }));
const never = new AbortController().signal;

describe("putPacks", () => {
  it("sends every pack once, each lane in order, when some records are refused", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(4), { maxLength: 30 }),
        fc.infiniteStream(fc.boolean()),
        async (lanes, luck) => {
          let patience = 40;
          const { client, taken } = stream(() => patience-- > 0 && luck.next().value === true);
          await putPacks(client, "s", packsOf(lanes), never, () => 0);
          for (const lane of new Set(lanes)) {
            const sent = lanes.flatMap((each, i) => (each === lane ? [`${lane}:${i}`] : []));
            assert.deepEqual(
              taken.filter((entry) => entry.startsWith(`${lane}:`)),
              sent,
            );
          }
          assert.equal(taken.length, lanes.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("sends at most 500 records a call", async () => {
    const { client, calls } = stream(() => false);
    assert.deepEqual(await putPacks(client, "s", packsOf(Array.from({ length: 1200 }, (_, i) => i)), never), {
      records: 1200,
      retries: 0,
    });
    assert.deepEqual(calls, [500, 500, 200]);
  });

  it("waits longer after each refusal, by luck, up to a bound", async () => {
    assert.deepEqual(
      [1, 2, 3, 6, 7, 20].map((attempt) => [backoffMs(attempt, () => 0), backoffMs(attempt, () => 0.999)]),
      [
        [0, 99],
        [0, 199],
        [0, 399],
        [0, 3196],
        [0, 4995],
        [0, 4995],
      ],
    );
    let refusals = 2;
    const { client } = stream(() => refusals-- > 0);
    const started = performance.now();
    await putPacks(client, "s", packsOf([0]), never, () => 0.999);
    assert.ok(performance.now() - started >= 290);
  });

  it("throws at once what another try would not better", async () => {
    const client = {
      send: async () =>
        Promise.reject(
          Object.assign(new Error("no such stream"), {
            name: "ResourceNotFoundException",
            $metadata: { httpStatusCode: 400 },
          }),
        ),
    };
    await assert.rejects(putPacks(client as never, "s", packsOf([0]), never), /no such stream/);
  });

  it("throws at its deadline while the stream keeps refusing", async () => {
    const { client } = stream(() => true);
    await assert.rejects(putPacks(client, "s", packsOf([0]), AbortSignal.timeout(150)), /abort|timeout/i);
  });
});
