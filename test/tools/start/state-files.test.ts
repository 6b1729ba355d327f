import { strict as assert } from "node:assert";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ignoredHours, progressIn } from "../../../tools/start/catch-up";
import { deleteState, readStateFile } from "../../../tools/start/state-files";
import { temporaryDirectory } from "../../support/temporary";

describe("The state directory of npm start", () => {
  const dir = temporaryDirectory();
  after(dir.remove);

  it("names a truncated file, what it held and the cure", () => {
    writeFileSync(join(dir.path, "progress.json"), '{"playedUn');
    assert.throws(() => progressIn(dir.path).read(), {
      message:
        `${join(dir.path, "progress.json")} is damaged: it held the time until which the market is played. ` +
        `Delete this file to continue, or "npm start -- --fresh" deletes everything in ${dir.path} and begins anew`,
      exitCode: 1,
    });
    assert.equal(readStateFile(dir.path, "none.json", "nothing"), undefined);
  });

  it("is deleted only when that is confirmed, and only the files of the project", async () => {
    mkdirSync(join(dir.path, "cloud"));
    writeFileSync(join(dir.path, "notes.txt"), "mine");
    await assert.rejects(deleteState(dir.path, false), /add --yes where no terminal can be asked/);
    assert.equal(existsSync(join(dir.path, "cloud")), true);
    await deleteState(dir.path, true);
    assert.deepEqual(
      ["cloud", "progress.json", "notes.txt"].map((name) => existsSync(join(dir.path, name))),
      [false, false, true],
    );
  });
});

describe("ignoredHours", () => {
  const now = Date.UTC(2026, 0, 2);
  const hour = 3_600_000;

  it("says why --hours has no effect on a directory that is filled", () => {
    assert.match(
      ignoredHours(now, 48, now - hour) ?? "",
      /^--hours 48 is ignored: .* until 2026-01-01 23:00 UTC/,
    );
    assert.equal(ignoredHours(now, 48, undefined), undefined);
    assert.equal(ignoredHours(now, 48, now - 50 * hour), undefined);
  });
});
