import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DirectoryInUse, lockDirectory } from "../../storage/lock";
import { temporaryDirectory } from "../temporary";

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

  it("takes over a lock whose writer died before it wrote its pid", () => {
    writeFileSync(join(dir.path, "lock"), "");
    lockDirectory(dir.path)();
  });
});
