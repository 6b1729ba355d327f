import { strict as assert } from "node:assert";
import { type Lease, SHARD_END } from "../../../../../../tools/consume/sources/kinesis/leases/lease";
import { Heartbeats, planFor } from "../../../../../../tools/consume/sources/kinesis/leases/plan";

const lease = (shardId: string, worker?: string, more: Partial<Lease> = {}): Lease => ({
  ...{ shardId, parents: [], worker, term: 1, renewals: 1, checkpoint: undefined, wanted: undefined },
  ...more,
});
const idsOf = (me: string, leases: readonly Lease[], dead: readonly string[] = []) => {
  const { take, request } = planFor(me, leases, ({ worker = "" }) => dead.includes(worker));
  return { take: take.map(({ shardId }) => shardId), request: request?.shardId };
};

describe("The plan for leases", () => {
  it("takes all free leases when nobody else is there", () => {
    assert.deepEqual(idsOf("me", [lease("0"), lease("1"), lease("2")]), {
      take: ["0", "1", "2"],
      request: undefined,
    });
  });

  it("takes its share of free leases and of a dead process's", () => {
    const leases = [
      lease("0", "a"),
      lease("1", "dead"),
      lease("2", "dead"),
      lease("3", "dead"),
      lease("4", "me"),
    ];
    assert.deepEqual(idsOf("me", leases, ["dead"]), { take: ["1", "2"], request: undefined });
  });

  it("asks the busiest process for a lease when the difference is two or more", () => {
    const leases = [lease("0", "a"), lease("1", "a"), lease("2", "a"), lease("3", "b")];
    assert.deepEqual(idsOf("me", leases), { take: [], request: "0" });
    assert.deepEqual(idsOf("b", leases), { take: [], request: "0" });
    assert.deepEqual(idsOf("b", leases.slice(1)), { take: [], request: undefined });
  });

  it("asks for one lease at a time, and not for one that another process wants", () => {
    const wanted = [lease("0", "a", { wanted: "b" }), lease("1", "a"), lease("2", "a")];
    assert.equal(idsOf("b", wanted).request, undefined);
    assert.equal(idsOf("me", wanted).request, "1");
  });

  it("leaves children alone until both parents have ended, and ended shards for good", () => {
    const child = lease("2", undefined, { parents: ["0", "1"] });
    const ended = (id: string) => lease(id, undefined, { checkpoint: SHARD_END });
    assert.deepEqual(idsOf("me", [ended("0"), lease("1"), child]).take, ["1"]);
    assert.deepEqual(idsOf("me", [ended("0"), ended("1"), child]).take, ["2"]);
    assert.deepEqual(idsOf("me", [child]).take, ["2"]);
  });
});

describe("Heartbeats", () => {
  it("take a lease for dead after a time without a renewal, by the observer's own clock", () => {
    let now = 0;
    const heartbeats = new Heartbeats(600, () => now);
    const first = lease("0", "a");
    heartbeats.observe([first]);
    now = 599;
    assert.deepEqual([heartbeats.expired(first), heartbeats.renewed(first)], [false, false]);
    const renewed = lease("0", "a", { renewals: 2 });
    heartbeats.observe([renewed]);
    now = 1198;
    assert.deepEqual([heartbeats.expired(renewed), heartbeats.renewed(renewed)], [false, true]);
    now = 1199;
    heartbeats.observe([renewed]);
    assert.deepEqual([heartbeats.expired(renewed), heartbeats.renewed(renewed)], [true, false]);
  });
});
