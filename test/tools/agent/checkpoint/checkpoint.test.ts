import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CheckpointSaver,
  type Checkpoints,
  readCheckpoints,
  writeCheckpoints,
} from "../../../../tools/agent/checkpoint/checkpoints";
import { lockCheckpoints } from "../../../../tools/agent/checkpoint/lock";
import { temporaryDirectory } from "../../../support/temporary";

describe("The checkpoint file", () => {
  const dir = temporaryDirectory();
  after(dir.remove);
  const path = join(dir.path, "agent", "checkpoints.json");
  const flows: Checkpoints = {
    "kinesis:s:/x": [
      { path: "/x", id: "1:2", offset: 3, fingerprint: "abc", seen: "2026-01-02T03:04:05.000Z" },
      { path: "/x", offset: 3, fingerprint: "abc", seen: "2026-01-02T03:04:05.000Z" },
    ],
    "kinesis:s:/y": [],
  };

  it("is nothing before the first start", () => {
    assert.deepEqual(readCheckpoints(path), {});
  });

  it("reads back what was written, without leftover files", () => {
    writeCheckpoints(path, flows);
    assert.deepEqual(readCheckpoints(path), flows);
    assert.deepEqual(readdirSync(join(dir.path, "agent")), ["checkpoints.json"]);
  });

  for (const [what, content, reason] of [
    ["torn", '{"version":1,"flo', /is not a checkpoint file \(.*JSON.*\); move it away to start again/],
    ["of another version", '{"version":2,"flows":{}}', /version is 2, not 1/],
    [
      "of something else",
      '{"version":1,"flows":{"a":[{"path":"x"}]}}',
      /its flows are not lists of positions/,
    ],
    ["null", "null", /version is undefined, not 1/],
  ] as const)
    it(`is refused when it is ${what}`, () => {
      const other = join(dir.path, "other.json");
      writeFileSync(other, content);
      assert.throws(() => readCheckpoints(other), reason);
    });
});

describe("lockCheckpoints", () => {
  const dir = temporaryDirectory();
  after(dir.remove);
  const path = join(dir.path, "checkpoints.json");

  it("refuses a second agent and names the first one's pid", () => {
    const unlock = lockCheckpoints(path);
    assert.throws(() => lockCheckpoints(path), {
      exitCode: 1,
      message: `the checkpoints ${path} are in use by process ${process.pid}; stop it, or set a different checkpointFile`,
    });
    unlock();
    lockCheckpoints(path)();
    assert.deepEqual(readdirSync(dir.path), []);
  });

  it("takes over from a process that has ended", () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(`${path}.lock`, `${pid}\n`);
    const unlock = lockCheckpoints(path);
    assert.equal(readFileSync(`${path}.lock`, "utf8"), `${process.pid}\n`);
    unlock();
    assert.equal(existsSync(`${path}.lock`), false);
  });

  it("takes over a lock of its own pid left by an earlier process", () => {
    writeFileSync(`${path}.lock`, `${process.pid}\n`);
    lockCheckpoints(path)();
  });
});

describe("CheckpointSaver", () => {
  const dir = temporaryDirectory();
  after(dir.remove);

  it("writes at once, then at most ten times a second, and always the last state", async () => {
    const path = join(dir.path, "checkpoints.json");
    let count = 0;
    let writes = 0;
    const state = () => {
      writes++;
      return { [`flow ${count}`]: [] };
    };
    const saver = new CheckpointSaver(path, state, () => {});
    for (count = 1; count <= 50; count++) saver.changed();
    assert.deepEqual(readCheckpoints(path), { "flow 1": [] });
    await sleep(150);
    assert.deepEqual(readCheckpoints(path), { "flow 51": [] });
    assert.equal(writes, 2);
    count = 99;
    saver.end();
    assert.deepEqual(readCheckpoints(path), { "flow 99": [] });
  });

  it("logs a failed write once, and retries", async () => {
    const path = join(dir.path, "blocked", "checkpoints.json");
    writeFileSync(join(dir.path, "blocked"), "a file where the folder should be");
    const said: string[] = [];
    const saver = new CheckpointSaver(
      path,
      () => ({ flow: [] }),
      (what) => said.push(what),
    );
    saver.changed();
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", /^checkpoints cannot be saved: E/);
    assert.throws(() => saver.end());
    rmSync(join(dir.path, "blocked"));
    mkdirSync(join(dir.path, "blocked"));
    saver.changed();
    saver.end();
    assert.deepEqual(readCheckpoints(path), { flow: [] });
  });
});
