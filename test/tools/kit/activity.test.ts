import { strict as assert } from "node:assert";
import { Activity } from "../../../tools/kit/activity";

describe("Activity", () => {
  const run = (isTTY: boolean) => {
    let now = 0;
    const written: string[] = [];
    const output = { isTTY, write: async (text: string) => void written.push(text) };
    const activity = new Activity(
      (seconds) => `deploying: 143 of 212 resources, ${Math.round(seconds)} s`,
      output,
      () => now,
      { last: now },
    );
    for (now = 0; now <= 4000; now += 500) activity.tick();
    activity.end();
    return written;
  };

  it("writes a line with the time at least every two seconds where no terminal is", () => {
    assert.deepEqual(run(false), [
      "deploying: 143 of 212 resources, 2 s\n",
      "deploying: 143 of 212 resources, 3 s\n",
    ]);
  });

  it("counts the silence of several short steps, and of the program's start before them", () => {
    let now = 1000;
    const written: string[] = [];
    const output = { isTTY: false, write: async (text: string) => void written.push(text) };
    const said = { last: 0 };
    for (const step of ["opening", "counting crypto", "counting retail"]) {
      const activity = new Activity(
        (seconds) => `${step}, ${seconds} s`,
        output,
        () => now,
        said,
      );
      for (let tick = 0; tick < 5; tick++) {
        now += 200;
        activity.tick();
      }
      activity.end();
    }
    assert.deepEqual(written, ["opening, 0.6 s\n", "counting retail, 0.2 s\n"]);
  });

  it("redraws its line on a terminal, and removes it at the end", () => {
    const { TERM } = process.env;
    process.env.TERM = "xterm";
    const written = run(true);
    process.env.TERM = TERM ?? "";
    assert.equal(written.at(-2), "\r\u001b[2Kdeploying: 143 of 212 resources, 4 s");
    assert.equal(written.at(-1), "\r\u001b[2K");
  });

  it("does not redraw on a terminal that is dumb", () => {
    const { TERM } = process.env;
    process.env.TERM = "dumb";
    const written = run(true);
    process.env.TERM = TERM ?? "";
    assert.equal(
      written.some((text) => text.includes("\u001b")),
      false,
    );
  });
});
