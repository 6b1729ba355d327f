import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const preload = join(__dirname, "../preload.cjs");

describe("The program's process", () => {
  it("ends when its engine is killed", async () => {
    const program = "setInterval(() => {}, 1000)";
    const runner = `
      const { spawn } = require("node:child_process");
      const child = spawn(process.execPath, ["--require", ${JSON.stringify(preload)}, "-e", ${JSON.stringify(program)}],
        { stdio: ["pipe", "ignore", "ignore"] });
      console.log(child.pid);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["-e", runner], { stdio: ["ignore", "pipe", "inherit"] });
    const [pid] = (await once(child.stdout, "data")) as [Buffer];
    assert.ok(isAlive(Number(pid)));
    child.kill("SIGKILL");
    for (let tries = 0; tries < 1000 && isAlive(Number(pid)); tries++) await sleep(50);
    assert.equal(isAlive(Number(pid)), false);
  });

  it("exits when it is done, although stdin stays open", async () => {
    const child = spawn(process.execPath, ["--require", preload, "-e", "0"], {
      stdio: ["pipe", "ignore", "ignore"],
    });
    assert.deepEqual(await once(child, "exit"), [0, null]);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
