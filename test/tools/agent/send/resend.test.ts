import { strict as assert } from "node:assert";
import fc from "fast-check";
import type { Entry } from "../../../../tools/agent/send/framing";
import { sendAll } from "../../../../tools/agent/send/resend";

const never = new AbortController().signal;
const entry = (name: string, lane?: string, bytes = 10): Entry => ({
  data: Buffer.alloc(bytes, name),
  partitionKey: name,
  items: [],
  ...(lane !== undefined && { lane }),
});

/** A service that refuses as `refuse` says: what it took, in order, and what each call asked. */
function service(refuse: (entry: Entry) => boolean) {
  const taken: Entry[] = [];
  const calls: Entry[][] = [];
  const put = async (entries: readonly Entry[]) => {
    calls.push([...entries]);
    const refused = entries.filter(refuse);
    taken.push(...entries.filter((each) => !refused.includes(each)));
    return new Map(refused.map((each) => [each, "Throttled"]));
  };
  return { put, taken, calls };
}

const quiet = { onAccepted: () => {}, onRefused: () => {}, random: () => 0, records: 500, bytes: 1_000_000 };

describe("sendAll", () => {
  it("sends every entry until it is accepted and not afterwards, and each lane in order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(fc.nat(3), { nil: undefined }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 2 })),
        async (lanes, records, luck) => {
          const entries = lanes.map((lane, i) =>
            entry(String(i), lane === undefined ? undefined : `lane ${lane}`),
          );
          let patience = 40;
          const { put, taken, calls } = service(() => {
            const chance = patience-- > 0 ? luck.next().value : 0;
            if (chance === 2) throw new Error("the whole call failed");
            return chance === 1;
          });
          const accepted: Entry[] = [];
          await sendAll(entries, {
            ...quiet,
            records,
            put,
            signal: never,
            onAccepted: (some) => accepted.push(...some),
          });
          assert.deepEqual(new Set(accepted), new Set(entries));
          assert.equal(accepted.length, entries.length);
          for (const lane of new Set(lanes)) {
            if (lane === undefined) continue;
            const of = (list: readonly Entry[]) => list.filter((each) => each.lane === `lane ${lane}`);
            assert.deepEqual(of(taken), of(entries));
          }
          assert.ok(calls.every((call) => call.length <= records));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("retries only refused entries", async () => {
    let calls = 0;
    const entries = ["a", "b", "c"].map((name) => entry(name));
    const asked: string[][] = [];
    await sendAll(entries, {
      ...quiet,
      signal: never,
      put: async (some) => {
        asked.push(some.map(({ partitionKey }) => partitionKey));
        return new Map(calls++ === 0 ? some.slice(1, 2).map((each) => [each, "Throttled"]) : []);
      },
    });
    assert.deepEqual(asked, [["a", "b", "c"], ["b"]]);
  });

  it("limits the bytes of a call, except for a single record", async () => {
    const { put, calls } = service(() => false);
    const entries = [
      entry("a", undefined, 90),
      entry("b", undefined, 5),
      entry("c"),
      entry("d", undefined, 200),
    ];
    await sendAll(entries, { ...quiet, bytes: 100, put, signal: never });
    assert.deepEqual(
      calls.map((call) => call.map(({ partitionKey }) => partitionKey)),
      [["a", "b"], ["c"], ["d"]],
    );
  });

  it("reports refusals with their reason, and stops on abort", async () => {
    const stop = new AbortController();
    const said: string[] = [];
    const sending = sendAll([entry("a")], {
      ...quiet,
      signal: stop.signal,
      put: async () => {
        throw Object.assign(new Error("who are you"), { name: "AccessDeniedException" });
      },
      onRefused: (some, reason) => {
        said.push(`${some.length} ${reason}`);
        if (said.length === 3) stop.abort();
      },
    });
    await assert.rejects(sending, { name: "AbortError" });
    assert.deepEqual(said, Array(3).fill("1 AccessDeniedException: who are you"));
  });
});
