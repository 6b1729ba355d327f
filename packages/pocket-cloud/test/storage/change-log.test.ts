import { strict as assert } from "node:assert";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ChangeLog, loggedAsBase64 } from "../../storage/change-log";
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

  it("writes bytes as base64, and reads them and those of older logs", () => {
    const path = join(dir.path, "bytes.ndjson");
    writeFileSync(path, '[{"put":{"type":"Buffer","data":[1,2,255]}}]\n');
    const log = ChangeLog.open<{ put: Buffer }>(path, () => {});
    log.append([{ put: loggedAsBase64(Uint8Array.of(3, 4, 254)) }]);
    log.close();
    assert.equal(readFileSync(path, "utf8").split("\n")[1], '[{"put":{"type":"Buffer","base64":"AwT+"}}]');
    const replayed: Buffer[] = [];
    ChangeLog.open<{ put: Buffer }>(path, ({ put }) => void replayed.push(put)).close();
    assert.deepEqual(replayed, [Buffer.of(1, 2, 255), Buffer.of(3, 4, 254)]);
  });
});
