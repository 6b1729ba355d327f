import { strict as assert } from "node:assert";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startCloud } from "../../cloud";
import { DirectoryInUse, lockDirectory } from "../../storage/lock";
import { temporaryDirectory } from "../temporary";

describe("A state directory that cannot be written", () => {
  it("is refused below /proc, where Node's recursive mkdir never returns", async function () {
    if (process.platform !== "linux") this.skip();
    await assert.rejects(
      startCloud({ dir: "/proc/nope" }),
      /^DirectoryUnusable: the state directory \/proc\/nope cannot be written: ENOENT|^Error: the state directory \/proc\/nope cannot be written: ENOENT/,
    );
  });

  it("is refused in one line", async () => {
    const { path, remove } = temporaryDirectory();
    writeFileSync(join(path, "file"), "");
    const dir = join(path, "file", "state");
    await assert.rejects(startCloud({ dir }), (error: Error & { exitCode?: number }) => {
      assert.match(
        error.message,
        /^the state directory \S+ cannot be written: ENOTDIR[^\n]*; choose another with --dir$/,
      );
      assert.equal(error.exitCode, 1);
      return true;
    });
    remove();
  });
});

describe("lockDirectory", () => {
  const dir = temporaryDirectory();
  after(dir.remove);

  it("refuses a directory in use and names the holder's pid", () => {
    const unlock = lockDirectory(dir.path);
    assert.throws(
      () => lockDirectory(dir.path),
      (error: unknown) => error instanceof DirectoryInUse && error.pid === process.pid,
    );
    unlock();
    lockDirectory(dir.path)();
  });

  it("takes over the lock of a process that no longer runs", () => {
    const gone = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(join(dir.path, "lock"), String(gone.pid));
    lockDirectory(dir.path)();
  });

  it("takes over the lock of a killed process that its parent has not waited for", async function () {
    if (process.platform !== "linux") this.skip();
    const parent = spawn("sh", ["-c", "sleep 0 & echo $!; exec sleep 60"]);
    try {
      const [line] = (await once(parent.stdout, "data")) as [Buffer];
      const pid = line.toString().trim();
      const hasEnded = () => readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
      while (!hasEnded()) await new Promise((resolve) => setTimeout(resolve, 10));
      writeFileSync(join(dir.path, "lock"), pid);
      lockDirectory(dir.path)();
    } finally {
      parent.kill();
    }
  });

  it("takes over a lock whose writer died before it wrote its pid", () => {
    writeFileSync(join(dir.path, "lock"), "");
    lockDirectory(dir.path)();
  });
});
