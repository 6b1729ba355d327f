import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { Late } from "../../../tools/start/late";

describe("Late work", () => {
  function lateOf(work: (ended: Promise<void>) => Promise<string | undefined>) {
    const shown: [string, boolean][] = [];
    const errors: unknown[] = [];
    const stop = new AbortController();
    const late = new Late({
      work,
      show: async (result, lateSince) => void shown.push([result, lateSince !== undefined]),
      onError: (error) => errors.push(error),
      signal: stop.signal,
    });
    return { late, shown, errors, stop };
  }
  const after = (millis: number) => async () => {
    await sleep(millis);
    return "counts";
  };

  it("is shown when it is there in time", async () => {
    const { late, shown } = lateOf(after(5));
    assert.equal(await late.within(5000), true);
    assert.deepEqual(shown, [["counts", false]]);
    assert.equal(late.succeeded, true);
    assert.equal(await late.within(undefined), true);
    assert.equal(shown.length, 1);
  });

  it("is waited for as long as was said, and shown at a later wait", async () => {
    const { late, shown } = lateOf(after(100));
    assert.equal(await late.within(10), false);
    assert.deepEqual([shown, late.succeeded], [[], false]);
    assert.equal(await late.within(undefined), true);
    assert.deepEqual(shown, [["counts", true]]);
  });

  it("is not shown after it was given up, also when it never ends", async () => {
    const { late, shown } = lateOf((ended) => ended.then(() => undefined));
    assert.equal(await late.within(10), false);
    late.giveUp();
    assert.equal(await late.within(undefined), true);
    assert.deepEqual([shown, late.succeeded], [[], false]);
  });

  it("ends without a word when its signal aborts", async () => {
    const { late, shown, errors, stop } = lateOf(async (ended) => {
      await ended;
      throw new Error("the cloud is gone");
    });
    const waiting = late.within(undefined);
    stop.abort();
    assert.equal(await waiting, true);
    assert.deepEqual([shown, errors], [[], []]);
  });

  it("is not waited for while it is shown, once its signal aborts", async () => {
    const stop = new AbortController();
    const errors: unknown[] = [];
    const late = new Late({
      work: after(1),
      show: () => {
        stop.abort();
        return sleep(2000, undefined, { ref: false }).then(() => assert.fail("the cloud is gone"));
      },
      onError: (error) => errors.push(error),
      signal: stop.signal,
    });
    const began = performance.now();
    assert.equal(await late.within(undefined), true);
    assert.ok(performance.now() - began < 1500);
    assert.deepEqual([late.succeeded, errors], [false, []]);
  });

  it("reports an error once, and has not succeeded", async () => {
    const { late, errors } = lateOf(() => Promise.reject(new Error("no table")));
    assert.equal(await late.within(undefined), true);
    assert.deepEqual(errors.map(String), ["Error: no table"]);
    assert.equal(late.succeeded, false);
  });
});
