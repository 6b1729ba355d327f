import { strict as assert } from "node:assert";
import { feeds } from "../../../data/feeds";
import type { Outgoing } from "../../../tools/collect/convert";
import { type Collecting, collect, noneCollected } from "../../../tools/collect/runner";
import { ConnectionLost, KeyRefused, QuotaExceeded, type Received } from "../../../tools/collect/source";
import { jumpingClock } from "./at";

const START = Date.UTC(2026, 2, 1, 12);
const stocks = feeds.stocks as NonNullable<(typeof feeds)["stocks"]>;

const tick = (n: number): Received => ({
  kind: "object",
  value: { ticker_symbol: `T${n}`, price: n },
  cursor: String(n),
});

/** A world in memory: a scripted source, and a destination that records what is sent and what was saved before. */
function world(read: Collecting["source"]["read"], options: Partial<Collecting> = {}) {
  const sent: string[] = [];
  const saved: string[] = [];
  const logged: string[] = [];
  const counts = noneCollected();
  const stop = new AbortController();
  const run = () =>
    collect(
      {
        source: { feed: stocks, origin: "ticks", read },
        destination: {
          name: "memory",
          send: async (events) => void sent.push(...events.map(keyOf)),
          close: async () => {},
        },
        cursor: { path: "", read: () => saved.at(-1), write: (at) => saved.push(at), forget: () => {} },
        clock: jumpingClock(START),
        follow: false,
        limit: Number.POSITIVE_INFINITY,
        signal: stop.signal,
        log: (text) => logged.push(text),
        random: () => 0.5,
        ...options,
      },
      counts,
    );
  return { sent, saved, logged, counts, stop, run };
}

const keyOf = (event: Outgoing): string => (event.kind === "row" ? event.key : event.kind);

describe("collect", () => {
  it("sends rows, malformed objects and deletions, and counts what is no event", async () => {
    const { run, sent, saved, counts } = world(async function* () {
      yield [tick(1), { kind: "other" }, { kind: "object", value: { price: "free" }, cursor: "2" }];
      yield [{ kind: "deletion", id: "T1", cursor: "3" }];
    });
    await run();
    assert.deepEqual(sent, ["T1", "malformed", "deletion"]);
    assert.deepEqual(saved, ["3"]);
    assert.deepEqual([counts.rows, counts.malformed, counts.deletions, counts.skipped], [1, 1, 1, 1]);
  });

  it("saves the cursor only after the acknowledgement", async () => {
    const { run, saved } = world(
      async function* () {
        yield [tick(1)];
      },
      {
        destination: {
          name: "broken",
          send: async () => {
            throw new Error("refused");
          },
          close: async () => {},
        },
      },
    );
    await assert.rejects(run(), /refused/);
    assert.deepEqual(saved, []);
  });

  it("stops at its limit in the middle of a chunk, and ends a read in progress", async () => {
    const { run, sent, saved } = world(
      async function* (_cursor, signal) {
        try {
          yield [tick(1), tick(2)];
          yield [tick(3), tick(4), tick(5)];
          await new Promise((_, reject) => signal.addEventListener("abort", reject));
        } finally {
          sent.push("closed");
        }
      },
      { limit: 4 },
    );
    await run();
    assert.deepEqual(sent, ["T1", "T2", "T3", "T4", "closed"]);
    assert.equal(saved.at(-1), "4");
  });

  it("sends a lone event after the flush time, without waiting for the next one", async () => {
    let release = () => {};
    const { run, sent } = world(async function* () {
      yield [tick(1)];
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    });
    const done = run();
    while (sent.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(sent, ["T1"]);
    release();
    await done;
  });

  it("reconnects after the last acknowledged event, with growing pauses, and says so once", async () => {
    const cursors: (string | undefined)[] = [];
    const { run, sent, logged, counts } = world(async function* (cursor) {
      cursors.push(cursor);
      if (cursors.length === 1) yield [tick(1), tick(2)];
      if (cursors.length < 4) throw new ConnectionLost("the server closed the connection");
      yield [tick(3)];
    });
    await run();
    assert.deepEqual(cursors, [undefined, "2", "2", "2"]);
    assert.deepEqual(sent, ["T1", "T2", "T3"]);
    assert.deepEqual([counts.reconnects, logged.length], [3, 1]);
    assert.match(
      logged[0] ?? "",
      /^ticks: the server closed the connection; next try at 2026-03-01 12:00:0\d UTC$/,
    );
  });

  it("gives up after five failed connections, and with --follow never", async () => {
    let tries = 0;
    const failing = () => {
      tries++;
      throw new ConnectionLost("cannot reach ticks: ECONNREFUSED");
    };
    const one = world(failing);
    await assert.rejects(one.run(), { message: "ticks: cannot reach ticks: ECONNREFUSED, 5 times in a row" });
    assert.equal(tries, 5);
    const other = world(
      () => {
        if (++tries === 30) other.stop.abort();
        throw new ConnectionLost("away");
      },
      { follow: true },
    );
    await other.run();
    assert.equal(tries, 30);
  });

  it("names the time when a used-up quota resets, and with --follow waits until then", async () => {
    const used = new QuotaExceeded("quota used up (429)", START + 600_000);
    const one = world(() => {
      throw used;
    });
    await assert.rejects(one.run(), {
      message: "ticks: quota used up (429); it resets at 2026-03-01 12:10:00 UTC",
      exitCode: 1,
    });
    const clock = jumpingClock(START);
    let tries = 0;
    const other = world(
      async function* () {
        if (++tries === 1) throw used;
        assert.equal(clock.now(), START + 600_000);
        other.stop.abort();
        yield [];
      },
      { follow: true, clock },
    );
    await other.run();
    assert.equal(tries, 2);
  });

  it("does not try again with a refused key", async () => {
    let tries = 0;
    const { run } = world(
      () => {
        tries++;
        throw new KeyRefused("the token is refused");
      },
      { follow: true },
    );
    await assert.rejects(run(), { message: "the token is refused" });
    assert.equal(tries, 1);
  });

  it("keeps the rate, in quarters of a second", async () => {
    const clock = jumpingClock(START);
    const times: number[] = [];
    const { run } = world(
      async function* () {
        yield Array.from({ length: 100 }, (_, i) => tick(i));
      },
      {
        rate: 20,
        clock,
        destination: {
          name: "memory",
          send: async (events) => void times.push(...events.map(() => clock.now() - START)),
          close: async () => {},
        },
      },
    );
    await run();
    assert.equal(times.length, 100);
    assert.ok((times[49] ?? 0) >= 2000 && (times[49] ?? 0) <= 3000, String(times[49]));
    assert.ok((times[99] ?? 0) >= 4250 && (times[99] ?? 0) <= 5000, String(times[99]));
  });
});
