import { strict as assert } from "node:assert";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ledger } from "../../storage/ledger";
import { temporaryDirectory } from "../temporary";

describe("Ledger", () => {
  const dir = temporaryDirectory();
  after(dir.remove);
  const at = (name: string) => join(dir.path, name);

  const opened = (name: string) => {
    const ledger = new Ledger<{ n: number; made?: Date }>(at(name));
    const entries = ledger.entries();
    ledger.close();
    return entries;
  };

  it("is the same after a restart", () => {
    const ledger = new Ledger<{ n: number; made?: Date }>(at("events"));
    ledger.set("a", { n: 1 });
    ledger.set("b", { n: 1 });
    ledger.set("a", { n: 2, made: new Date("2026-01-02T03:04:05.678Z") });
    ledger.delete("b");
    assert.equal(ledger.get("b"), undefined);
    ledger.close();
    assert.deepEqual(opened("events"), [["a", { n: 2, made: new Date("2026-01-02T03:04:05.678Z") }]]);
  });

  it("ignores writes after it is closed", () => {
    const ledger = new Ledger<{ n: number }>(at("closed"));
    ledger.set("a", { n: 1 });
    ledger.close();
    ledger.set("b", { n: 2 });
    assert.deepEqual(opened("closed"), [["a", { n: 1 }]]);
  });

  it("loses only the line cut off by a crash", () => {
    const ledger = new Ledger<{ n: number }>(at("torn"));
    ledger.set("a", { n: 1 });
    ledger.close();
    appendFileSync(at("torn"), '0123abcd ["a",{"n":2');
    assert.deepEqual(opened("torn"), [["a", { n: 1 }]]);
  });

  it("loses only damaged lines, says so, and keeps a copy of the damaged file", () => {
    const path = at("damaged.log");
    const ledger = new Ledger<{ n: number }>(path);
    for (const key of ["a", "b", "c"]) ledger.set(key, { n: 1 });
    ledger.close();
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace('["b",{"n":1}]', '["b",{"n":7}]'));
    const said: string[] = [];
    const write = process.stderr.write;
    process.stderr.write = ((line: string) => said.push(line)) as never;
    let found: unknown;
    try {
      found = opened("damaged.log");
    } finally {
      process.stderr.write = write;
    }
    assert.deepEqual(found, [
      ["a", { n: 1 }],
      ["c", { n: 1 }],
    ]);
    assert.equal(said.length, 1);
    assert.match(
      said[0] ?? "",
      /damaged\.log is damaged: 1 of 3 records of the damaged of pricelake-test-\w+ cannot be read and are lost, the first at byte 23; the others are kept\. The damaged file is .*damaged\.log\.damaged: /,
    );
    assert.match(readFileSync(`${path}.damaged`, "utf8"), /\{"n":7\}/);
    assert.deepEqual(opened("damaged.log"), found);
  });

  it("keeps its file small after many changes", async () => {
    const ledger = new Ledger<{ n: number }>(at("busy"));
    for (let n = 0; n < 10_000; n++) {
      ledger.set("a", { n });
      if (n % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    ledger.close();
    assert.deepEqual(opened("busy"), [["a", { n: 9999 }]]);
    assert.ok(readFileSync(at("busy")).byteLength < 100_000);
  });
});
