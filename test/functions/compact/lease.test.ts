import { strict as assert } from "node:assert";
import { Lease, type LeaseStore } from "../../../functions/compact/lease";

/** An object with conditional writes. */
function memory(): LeaseStore & { lost: boolean } {
  let current: { text: string; etag: string } | undefined;
  let version = 0;
  return {
    lost: false,
    read: async () => current,
    async write(text, etag) {
      if (current?.etag !== etag) return undefined;
      current = { text, etag: String(++version) };
      // The write succeeds, and a retry of the SDK is refused.
      return this.lost ? undefined : current.etag;
    },
  };
}

describe("The lease of a compaction", () => {
  it("is refused while another holds it, with its holder and end", async () => {
    const store = memory();
    await Lease.take(store, "one", 1000, () => 0);
    await assert.rejects(
      Lease.take(store, "two", 1000, () => 999),
      /LeaseHeld: another compaction \(one\) holds the lease until 1970-01-01T00:00:01.000Z/,
    );
  });

  it("is taken over after its end, and its old holder can not go on", async () => {
    const store = memory();
    const old = await Lease.take(store, "one", 1000, () => 0);
    await Lease.take(store, "two", 1000, () => 1001);
    await assert.rejects(old.renew(), /LeaseHeld/);
  });

  it("is written again only after a tenth of its time while it is kept", async () => {
    const store = memory();
    let now = 0;
    const lease = await Lease.take(store, "one", 1000, () => now);
    now = 99;
    await lease.keep();
    assert.deepEqual(await store.read(), { text: '{"owner":"one","until":1000}', etag: "1" });
    now = 100;
    await lease.keep();
    assert.deepEqual(await store.read(), { text: '{"owner":"one","until":1100}', etag: "2" });
  });

  it("can not be kept after it was taken over", async () => {
    const store = memory();
    let now = 0;
    const old = await Lease.take(store, "one", 1000, () => now);
    now = 1001;
    await Lease.take(store, "two", 1000, () => now);
    await assert.rejects(old.keep(), /LeaseHeld/);
    now = 1002;
    await assert.rejects(old.keep(), /LeaseHeld/);
  });

  it("is taken over at once from an owner that no longer runs", async () => {
    const store = memory();
    await Lease.take(store, "one", 1000, () => 0);
    await assert.rejects(
      Lease.take(
        store,
        "two",
        1000,
        () => 1,
        (owner) => owner !== "one",
      ),
      /LeaseHeld/,
    );
    await Lease.take(
      store,
      "two",
      1000,
      () => 1,
      (owner) => owner === "one",
    );
  });

  it("is free after its release", async () => {
    const store = memory();
    await (await Lease.take(store, "one", 1000, () => 0)).release();
    await Lease.take(store, "two", 1000, () => 1);
  });

  it("is still held when the answer of a renewal was lost", async () => {
    const store = memory();
    const lease = await Lease.take(store, "one", 1000, () => 0);
    store.lost = true;
    await lease.renew();
  });

  it("counts as expired when its content is unreadable", async () => {
    const store = memory();
    await store.write("no JSON", undefined);
    await Lease.take(store, "one", 1000, () => 0);
  });
});
