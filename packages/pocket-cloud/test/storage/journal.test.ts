import { strict as assert } from "node:assert";
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Journal, type JournalOptions, TailBudget } from "../../storage/journal";

const record = fc.record({ key: fc.string({ maxLength: 8 }), data: fc.uint8Array({ maxLength: 40 }) });
const batches = fc.array(fc.array(record, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 12 });

const contents = (journal: Journal, from = 1): [number, string, string][] => {
  const found: [number, string, string][] = [];
  for (let at = from; ; ) {
    const records = journal.read(at, 3);
    const last = records.at(-1);
    if (!last) return found;
    for (const { position, key, data } of records) found.push([position, key, data.toString("hex")]);
    at = last.position + 1;
  }
};

describe("Journal", () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "journal-"));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const small: JournalOptions = { segmentBytes: 200 };
  const fresh = (options: JournalOptions = small) => {
    rmSync(dir, { recursive: true, force: true });
    return new Journal(dir, options);
  };

  it("reads back every record in order, from memory, from disk and after a restart", () => {
    fc.assert(
      fc.property(batches, (appended) => {
        const cached = fresh({ ...small, tail: new TailBudget(500) });
        const expected: [number, string, string][] = [];
        for (const [time, batch] of appended.entries()) {
          const first = cached.append(batch, time);
          for (const [index, { key, data }] of batch.entries())
            expected.push([first + index, key, Buffer.from(data).toString("hex")]);
        }
        assert.deepEqual(contents(cached), expected);
        assert.deepEqual(
          expected.map(([position]) => position),
          expected.map((_, index) => index + 1),
        );
        cached.close();
        const reopened = new Journal(dir, small);
        assert.deepEqual(contents(reopened), expected);
        assert.equal(reopened.next, expected.length + 1);
        reopened.close();
      }),
      { numRuns: 100 },
    );
  });

  it("keeps the records before a cut at any byte of its last file, and appends after them", () => {
    fc.assert(
      fc.property(batches, fc.nat(), (appended, cut) => {
        const journal = fresh();
        for (const [time, batch] of appended.entries()) journal.append(batch, time);
        const before = contents(journal);
        journal.close();
        const last = join(dir, readdirSync(dir).sort().at(-1) ?? "");
        truncateSync(last, cut % (statSync(last).size + 1));
        const recovered = new Journal(dir, small);
        const kept = contents(recovered);
        assert.deepEqual(kept, before.slice(0, kept.length));
        recovered.append([{ key: "new", data: Buffer.from("x") }], 1e6);
        assert.deepEqual(contents(recovered), [...kept, [kept.length + 1, "new", "78"]]);
        recovered.close();
      }),
      { numRuns: 200 },
    );
  });

  it("finds the first record that arrived at a time or later", () => {
    const times = fc.array(fc.nat({ max: 50 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(times, fc.nat({ max: 55 }), (given, wanted) => {
        const sorted = [...given].sort((a, b) => a - b);
        const journal = fresh();
        for (const time of sorted) journal.append([{ key: "k", data: Buffer.alloc(20) }], time);
        const expected = sorted.findIndex((time) => time >= wanted);
        assert.equal(journal.positionAt(wanted), expected < 0 ? sorted.length + 1 : expected + 1);
        journal.close();
      }),
      { numRuns: 100 },
    );
  });

  it("deletes whole files before a position, and no later record", () => {
    const journal = fresh();
    for (let n = 0; n < 40; n++) journal.append([{ key: "k", data: Buffer.alloc(50) }], n);
    const files = readdirSync(dir).length;
    journal.trimBefore(20);
    assert.ok(readdirSync(dir).length < files);
    assert.ok(journal.first > 1 && journal.first <= 20);
    assert.equal(journal.read(1, 1)[0]?.position, journal.first);
    assert.equal(contents(journal).at(-1)?.[0], 40);
    journal.close();
  });

  it("reports the number of dropped bytes of an unfinished write", () => {
    const journal = fresh();
    journal.append([{ key: "k", data: Buffer.from("whole") }], 1);
    journal.append([{ key: "k", data: Buffer.from("torn") }], 2);
    journal.close();
    const file = join(dir, readdirSync(dir)[0] ?? "");
    truncateSync(file, statSync(file).size - 1);
    let dropped = 0;
    const recovered = new Journal(dir, {
      onDropped: (bytes) => {
        dropped = bytes;
      },
    });
    assert.equal(dropped, 28 + 1 + 4 - 1);
    assert.equal(recovered.next, 2);
    recovered.close();
  });

  it("stays within its memory budget for recent records", () => {
    const journal = fresh({ tail: new TailBudget(10_000) });
    for (let n = 0; n < 2000; n++) journal.append([{ key: "k", data: Buffer.alloc(100, n) }], n);
    assert.equal(contents(journal).length, 2000);
    assert.equal(journal.read(1, 1)[0]?.data[0], 0);
    journal.close();
  });
});
