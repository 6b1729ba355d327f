import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { CloudClock } from "../clock";

const T0 = Date.parse("2026-01-02T03:00:00Z");

describe("CloudClock, simulated", () => {
  it("does not move until it is advanced", async () => {
    const clock = new CloudClock(T0);
    assert.equal(clock.now(), T0);
    await clock.advanceTo(T0 + 5);
    assert.equal(clock.now(), T0 + 5);
  });

  it("runs timers in time order, each at its own time", async () => {
    const clock = new CloudClock(T0);
    const seen: [string, number][] = [];
    clock.schedule(T0 + 20, () => void seen.push(["b", clock.now() - T0]));
    clock.schedule(T0 + 10, () => void seen.push(["a", clock.now() - T0]));
    await clock.advanceTo(T0 + 100);
    assert.deepEqual(seen, [
      ["a", 10],
      ["b", 20],
    ]);
  });

  it("waits for a task before time moves, and runs what the task scheduled", async () => {
    const clock = new CloudClock(T0);
    const seen: string[] = [];
    clock.schedule(T0 + 10, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`slow at ${clock.now() - T0}`);
      clock.schedule(T0 + 15, () => void seen.push(`follow-up at ${clock.now() - T0}`));
    });
    clock.schedule(T0 + 20, () => void seen.push(`later at ${clock.now() - T0}`));
    await clock.advanceTo(T0 + 30);
    assert.deepEqual(seen, ["slow at 10", "follow-up at 15", "later at 20"]);
  });

  it("moves on while a task waits, and awaits it again from then on", async () => {
    const clock = new CloudClock(T0);
    const seen: string[] = [];
    clock.schedule(T0 + 10, async (wait) => {
      seen.push(`begins at ${clock.now() - T0}`);
      await wait(T0 + 30);
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.push(`continues at ${clock.now() - T0}`);
      await wait(T0 + 50);
      seen.push(`ends at ${clock.now() - T0}`);
    });
    for (const at of [20, 40]) clock.schedule(T0 + at, () => void seen.push(`other at ${clock.now() - T0}`));
    await clock.advanceTo(T0 + 60);
    assert.deepEqual(seen, ["begins at 10", "other at 20", "continues at 30", "other at 40", "ends at 50"]);
  });

  it("ends the waits of tasks when it stops", async () => {
    const errors: unknown[] = [];
    const clock = new CloudClock(T0, (error) => errors.push(error));
    clock.schedule(T0 + 10, (wait) => wait(T0 + 30));
    await clock.advanceTo(T0 + 20);
    await clock.stop();
    assert.match(String(errors), /^ClockStopped: the cloud's clock has stopped$/);
  });

  it("does not run later or cancelled timers", async () => {
    const clock = new CloudClock(T0);
    let ran = 0;
    clock.schedule(T0 + 11, () => void ran++);
    clock.schedule(T0 + 5, () => void ran++)();
    await clock.advanceTo(T0 + 10);
    assert.equal(ran, 0);
  });

  it("reports the error of a task and continues", async () => {
    const errors: string[] = [];
    const clock = new CloudClock(T0, (error, label) => errors.push(`${label}: ${(error as Error).message}`));
    let ran = false;
    clock.schedule(T0 + 1, () => Promise.reject(new Error("broken")), "delivery");
    clock.schedule(T0 + 2, () => {
      ran = true;
    });
    await clock.advanceTo(T0 + 2);
    assert.deepEqual(errors, ["delivery: broken"]);
    assert.equal(ran, true);
  });

  it("never moves backwards", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { maxLength: 20 }), async (timers) => {
        const clock = new CloudClock(T0);
        const seen: number[] = [];
        for (const [at, again] of timers)
          clock.schedule(T0 + at, () => {
            seen.push(clock.now());
            clock.schedule(T0 + again, () => void seen.push(clock.now()));
          });
        await clock.advanceTo(T0 + 60);
        assert.equal(seen.length, timers.length * 2);
        assert.deepEqual(
          seen,
          [...seen].sort((a, b) => a - b),
        );
      }),
    );
  });

  it("runs waiting timers in real time after goLive", async () => {
    const clock = new CloudClock(Date.now() - 1000);
    const fired = new Promise<void>((resolve) => clock.schedule(Date.now() + 5, () => resolve()));
    clock.goLive();
    await fired;
    assert.ok(Math.abs(clock.now() - Date.now()) < 1000);
    await clock.stop();
  });
});

describe("CloudClock, real", () => {
  it("cancels timers and waits for running tasks on stop", async () => {
    const clock = new CloudClock();
    const seen: string[] = [];
    let begun: () => void = () => {};
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    clock.schedule(0, async () => {
      begun();
      await new Promise((resolve) => setTimeout(resolve, 10));
      seen.push("finished");
    });
    clock.schedule(Date.now() + 60_000, () => void seen.push("never"));
    await running;
    await clock.stop();
    assert.deepEqual(seen, ["finished"]);
  });

  it("starts no timer and no wait after a stop, which would keep the process alive", async () => {
    const errors: unknown[] = [];
    const clock = new CloudClock(undefined, (error) => errors.push(String(error)));
    const seen: string[] = [];
    let begun: () => void = () => {};
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    clock.schedule(0, async (wait) => {
      begun();
      await sleep(10);
      clock.schedule(Date.now() + 20, () => void seen.push("a timer of a task that ends during the stop"));
      await wait(Date.now() + 20);
      seen.push("a wait that begins during the stop");
    });
    await running;
    await clock.stop();
    clock.schedule(Date.now(), () => void seen.push("a timer after the stop"));
    await sleep(60);
    assert.deepEqual([...seen], []);
    assert.deepEqual(errors, ["ClockStopped: the cloud's clock has stopped"]);
    clock.restart(undefined);
    clock.schedule(Date.now(), () => void seen.push("after a restart"));
    await sleep(20);
    assert.deepEqual(seen, ["after a restart"]);
  });

  it("supports delays longer than setTimeout does", () => {
    const clock = new CloudClock();
    let ran = false;
    const cancel = clock.schedule(Date.now() + 2 ** 33, () => {
      ran = true;
    });
    cancel();
    assert.equal(ran, false);
  });

  it("runs a task once when real time is switched on again, and leaves no timer after a stop", async () => {
    const clock = new CloudClock();
    let runs = 0;
    clock.schedule(Date.now() + 20, () => void runs++);
    clock.schedule(Date.now() + 60_000, () => void runs++);
    clock.goLive();
    await new Promise((go) => setTimeout(go, 60));
    assert.equal(runs, 1);
    const before = timers();
    await clock.stop();
    assert.equal(timers(), before - 1);
  });
});

const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
