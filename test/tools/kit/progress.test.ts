import { strict as assert } from "node:assert";
import type { Output } from "../../../tools/kit/output";
import { progressLine } from "../../../tools/kit/progress";

describe("The line of a long step", () => {
  const written: string[] = [];
  let now = 0;
  const output: Output = { isTTY: false, write: async (text) => void written.push(text) };
  const shownAt = (line: ReturnType<typeof progressLine>, instants: readonly number[]) => {
    written.length = 0;
    for (const instant of instants) {
      now = instant;
      line.show(`${instant}`);
    }
    return written;
  };
  const clock = { now: () => now };

  it("writes a line after each second and a half without a terminal", () => {
    const line = progressLine(output, { lines: true, ...clock });
    assert.deepEqual(shownAt(line, [0, 1400, 1500, 1600, 2900, 3000]), ["1500\n", "3000\n"]);
    line.clear();
    assert.deepEqual(written.length, 2);
  });

  it("writes nothing into the log of what runs until it is stopped", () => {
    assert.deepEqual(shownAt(progressLine(output, clock), [0, 5000, 60_000]), []);
  });
});
