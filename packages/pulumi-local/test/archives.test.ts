import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strFromU8, unzipSync } from "fflate";
import { digestContent, zipArchive } from "../archives";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const asset = (of: object) => ({ [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", ...of });
const archive = (of: object) => ({ [SIGNATURE]: "0def7320c3a5731c473e5ecbe6d01bc7", ...of });

describe("Archives", () => {
  let dir = "";
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "pricelake-archives-"));
    mkdirSync(join(dir, "code/lib"), { recursive: true });
    writeFileSync(join(dir, "code/index.js"), "exports.handler = 1;");
    writeFileSync(join(dir, "code/lib/a.txt"), "a");
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const zipped = (of: object): Record<string, string> =>
    Object.fromEntries(
      Object.entries(unzipSync(zipArchive(archive(of), dir))).map(([name, bytes]) => [
        name,
        strFromU8(bytes),
      ]),
    );

  it("hold files, texts, folders and archives at paths relative to the program", () => {
    assert.deepEqual(zipped({ path: "code" }), { "index.js": "exports.handler = 1;", "lib/a.txt": "a" });
    const assets = {
      "index.js": asset({ path: "code/index.js" }),
      "more.txt": asset({ text: "ü" }),
      lib: archive({ path: "code/lib" }),
    };
    assert.deepEqual(zipped({ assets }), {
      "index.js": "exports.handler = 1;",
      "lib/a.txt": "a",
      "more.txt": "ü",
    });
    writeFileSync(join(dir, "code.zip"), zipArchive(archive({ path: "code" }), dir));
    assert.deepEqual(zipped({ path: "code.zip" }), zipped({ path: "code" }));
  });

  it("have the same hash for the same content", () => {
    const text = "exports.handler = 1;";
    const hashes = [
      digestContent(archive({ assets: { "index.js": asset({ text }) } }), dir),
      digestContent(archive({ assets: { "index.js": asset({ path: "code/index.js" }) } }), dir),
      digestContent(archive({ assets: { "index.js": asset({ text: `${text} ` }) } }), dir),
    ];
    assert.deepEqual(hashes[0], hashes[1]);
    assert.notDeepEqual(hashes[0], hashes[2]);
  });

  it("have the same bytes on any day, in any time zone, for any file times", () => {
    const hashOf = (zip: Uint8Array): string => createHash("sha256").update(zip).digest("hex");
    const here = hashOf(zipArchive(archive({ path: "code" }), dir));
    utimesSync(join(dir, "code/index.js"), 1e9, 1e9);
    const module = JSON.stringify(join(__dirname, "../archives"));
    const script = `
      const now = Date.now; Date.now = () => now() + 40 * 86_400_000;
      const { zipArchive } = require(${module});
      process.stdout.write(require("node:crypto").createHash("sha256")
        .update(zipArchive(${JSON.stringify(archive({ path: "code" }))}, ${JSON.stringify(dir)})).digest("hex"));`;
    for (const TZ of ["Asia/Tokyo", "America/Los_Angeles"])
      assert.equal(
        execFileSync(process.execPath, ["--require", "tsx/cjs", "-e", script], {
          encoding: "utf8",
          env: { ...process.env, TZ },
        }),
        here,
      );
  });

  it("refuse unsupported assets", () => {
    assert.throws(() => zipArchive(archive({ uri: "https://example.org/code.zip" }), dir), {
      message: "an archive with uri is not supported: give it assets or a path",
    });
  });
});
