import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startCloud } from "../../local/cloud";
import { temporaryDirectory } from "../local/temporary";
import { pricelake } from "./command";

describe("A state directory in use", function () {
  this.timeout(30_000);
  const dir = temporaryDirectory();
  after(dir.remove);

  it("is refused by npm start and npm run cloud in one line with the holder's pid", async () => {
    const cloud = await startCloud({ dir: dir.path });
    try {
      for (const args of [["start", "--once", "--hours", "1"], ["cloud"]]) {
        const { code, stdout, stderr } = await pricelake([...args, "--port", "0", "--dir", dir.path]);
        assert.equal(
          stderr,
          `pricelake: the state directory ${dir.path} is in use by process ${process.pid}; stop it, or choose another with --dir\n`,
        );
        assert.equal(stdout, "");
        assert.equal(code, 1);
      }
      assert.equal(readFileSync(join(dir.path, "lock"), "utf8"), String(process.pid));
    } finally {
      await cloud.stop();
    }
  });
});
