import { strict as assert } from "node:assert";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asset } from "@pulumi/pulumi";
import { build } from "esbuild";
import { bundleAsset, hashSources, SOURCES } from "../../../infra/functions/archive";
import { bundleFunction } from "../../../infra/functions/bundle";

const root = join(__dirname, "../../..");
const BUNDLES = "node_modules/.cache/pricelake/functions";

describe("Function archives", () => {
  let dir = "";
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "pricelake-archive-"));
    for (const path of ["functions/write-csv", "infra/functions/bundle.ts", "package-lock.json"])
      cpSync(join(root, path), join(dir, path), { recursive: true });
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const pathOf = async (made: asset.Asset): Promise<string> => (made as asset.FileAsset).path;
  const fileOf = async (state: string): Promise<string> =>
    join(dir, await pathOf(await bundleAsset(dir, state, "write-csv")));

  it("are files at paths relative to the program, and hold the bundle", async () => {
    const path = await pathOf(await bundleAsset(dir, hashSources(dir), "write-csv"));
    assert.equal(path, `${BUNDLES}/${hashSources(dir)}/write-csv.js`);
    assert.equal(readFileSync(join(dir, path), "utf8") === (await bundleFunction("write-csv")), true);
  });

  it("are built once for the same sources, and again for changed ones", async () => {
    const state = hashSources(dir);
    const file = await fileOf(state);
    writeFileSync(file, "made before");
    assert.equal(readFileSync(await fileOf(state), "utf8"), "made before");
    const changes: readonly (() => void)[] = [
      () => writeFileSync(join(dir, "functions/write-csv/new.ts"), ""),
      () => writeFileSync(join(dir, "functions/write-csv/new.ts"), "export {};"),
      () => rmSync(join(dir, "functions/write-csv/core.ts")),
      () => writeFileSync(join(dir, "infra/functions/bundle.ts"), "export {};"),
      () => writeFileSync(join(dir, "package-lock.json"), "{}"),
      () => writeFileSync(join(dir, "node_modules/.package-lock.json"), "{}"),
      () => mkdirSync(join(dir, "data/feeds"), { recursive: true }),
      () => writeFileSync(join(dir, "data/feeds/crypto.ts"), "export {};"),
    ];
    const states = changes.map((change) => {
      change();
      return hashSources(dir);
    });
    // An empty folder is nothing.
    assert.equal(new Set([state, ...states]).size, changes.length);
    assert.equal(readFileSync(await fileOf(hashSources(dir)), "utf8").length > 100_000, true);
  });

  it("depend on hashed sources and packages only", async () => {
    const names = readdirSync(join(root, "functions")).filter((name) =>
      existsSync(join(root, `functions/${name}/handler.ts`)),
    );
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: ["infra/functions/bundle.ts", ...names.map((name) => `functions/${name}/handler.ts`)],
      bundle: true,
      write: false,
      metafile: true,
      platform: "node",
      packages: "external",
      outdir: "out",
    });
    const others = Object.keys(metafile.inputs).filter(
      (path) => !SOURCES.some((made) => path === made || path.startsWith(`${made}/`)),
    );
    assert.deepEqual(others, []);
  });

  it("are not cached when the sources changed since they were hashed", async () => {
    const before = hashSources(dir);
    writeFileSync(join(dir, "functions/write-csv/core.ts"), "export {};");
    const made = await bundleAsset(dir, before, "write-csv");
    assert.ok(made instanceof asset.StringAsset);
    assert.equal(existsSync(join(dir, BUNDLES, before)), false);
  });

  it("are deleted a day later, when others are built", async () => {
    const folders = ["old", "new"].map((name) => join(dir, BUNDLES, name));
    for (const folder of folders) mkdirSync(folder, { recursive: true });
    const before = new Date(Date.now() - 25 * 3_600_000);
    utimesSync(join(dir, BUNDLES, "old"), before, before);
    await fileOf(hashSources(dir));
    assert.deepEqual(readdirSync(join(dir, BUNDLES)).sort(), [hashSources(dir), "new"].sort());
  });

  it("are text where no file can be written", async () => {
    mkdirSync(join(dir, "node_modules"));
    writeFileSync(join(dir, "node_modules/.cache"), "");
    const made = await bundleAsset(dir, hashSources(dir), "write-csv");
    assert.ok(made instanceof asset.StringAsset);
    assert.equal((await made.text) === (await bundleFunction("write-csv")), true);
  });
});
