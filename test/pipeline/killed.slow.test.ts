import { strict as assert } from "node:assert";
import { temporaryDirectory } from "../support/temporary";
import { catchUpKilled } from "./killed/killed";
import { verdictOn } from "./killed/verdict";
import { randomOf } from "./simulation/plan";

describe("npm start, killed with SIGKILL", function () {
  this.timeout(300_000);
  const dir = temporaryDirectory();
  after(dir.remove);

  it("continues from its state directory: two kills lose and repeat nothing", async () => {
    const killed = await catchUpKilled(dir.path, 1, 2, randomOf(Date.now()));
    assert.deepEqual(verdictOn(killed), [], `killed at ${killed.at.join(", ")}\n${killed.said}`);
    assert.equal(killed.at.length, 2);
  });
});
