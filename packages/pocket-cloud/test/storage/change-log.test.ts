import { strict as assert } from "node:assert";
import { statSync } from "node:fs";
import { join } from "node:path";
import { ChangeLog } from "../../storage/change-log";
import { temporaryDirectory } from "../temporary";

interface Put {
  readonly key: string;
  readonly text: string;
}

describe("ChangeLog", () => {
  const dir = temporaryDirectory();
  after(() => dir.remove());

  it("is rewritten when most of it is superseded, with the same content", () => {
    const path = join(dir.path, "changes.ndjson");
    const log = ChangeLog.open<Put>(path, () => {});
    const last = new Map<string, Put>();
    let counted = 0;
    for (let i = 0; i < 400; i++) {
      const put = { key: `k${i % 3}`, text: String(i).padEnd(64 * 1024, ".") };
      last.set(put.key, put);
      log.append([put]);
      log.compact(
        () => {
          counted++;
          return 3 * 64 * 1024;
        },
        () => last.values(),
      );
    }
    log.close();
    assert.ok(statSync(path).size < 9 * 2 ** 20, `${statSync(path).size} bytes`);
    assert.equal(counted, 3);
    const replayed = new Map<string, Put>();
    ChangeLog.open<Put>(path, (put) => void replayed.set(put.key, put)).close();
    assert.deepEqual(replayed, last);
  });
});
