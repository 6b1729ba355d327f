import { strict as assert } from "node:assert";
import { statSync } from "node:fs";
import { join } from "node:path";
import { Facts } from "../../../../services/athena/sources/facts";
import { temporaryDirectory } from "../../../temporary";

describe("Facts about files", () => {
  const { path, remove } = temporaryDirectory();
  after(remove);

  const numbered = (count: number, from = 0) =>
    Array.from({ length: count }, (_, i) => [`fact ${from + i}`, i % 2 === 0] as const);

  it("are there after a restart", () => {
    const facts = new Facts(join(path, "kept.ndjson"));
    facts.add(numbered(3));
    facts.save();
    facts.add(numbered(1, 3));
    facts.save();
    const again = new Facts(join(path, "kept.ndjson"));
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((i) => again.get(`fact ${i}`)),
      [true, false, true, true, undefined],
    );
  });

  it("are written once, however many are known", () => {
    const file = join(path, "once.ndjson");
    const facts = new Facts(file);
    facts.add(numbered(10_000));
    facts.save();
    const { size } = statSync(file);
    facts.add([["one more", true]]);
    facts.save();
    facts.save();
    assert.equal(statSync(file).size - size, '[["one more",true]]\n'.length);
  });

  it("are forgotten, oldest first, beyond 100,000", () => {
    const facts = new Facts(join(path, "many.ndjson"));
    facts.add(numbered(100_002));
    facts.save();
    assert.deepEqual(
      [1, 2, 100_001].map((i) => facts.get(`fact ${i}`)),
      [undefined, true, false],
    );
  });
});
