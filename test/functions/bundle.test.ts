import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleFunction } from "../../infra/functions/bundle";

const root = join(__dirname, "..", "..");
const names = readdirSync(join(root, "functions"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "shared")
  .map(({ name }) => name);

/** Largest sizes in bytes: a client of S3 is a large one. */
const largest: Readonly<Record<string, number>> = {
  "poll-prices": 200_000,
  "write-csv": 310_000,
  transform: 310_000,
  "store-latest": 200_000,
  // Clients of DynamoDB and SNS.
  "evaluate-rules": 260_000,
  // Clients of S3 and Athena.
  reconcile: 400_000,
  // Clients of S3, Glue and Athena.
  compact: 315_000,
  // Clients of S3, Athena, SNS, SQS and Secrets Manager, and the renderer of reports.
  "publish-reports": 390_000,
};

describe("Function bundles", () => {
  for (const name of names)
    it(`${name} stays within its size and carries no path of this machine`, async () => {
      const text = await bundleFunction(name);
      assert.ok(text.length <= (largest[name] ?? 0), `${text.length} bytes`);
      assert.ok(!text.includes(root) && !text.includes("node_modules/"));
      assert.ok(!text.includes("169.254.170.2"), "the default credential chain is in it");
    });

  it("are the same bytes in another folder, on another day, in another part of the world", async () => {
    const copy = mkdtempSync(join(tmpdir(), "bundle-"));
    try {
      for (const folder of [
        "functions",
        "data",
        "sql/library",
        "analytics",
        "infra/functions/bundle.ts",
        "infra/functions/tree-shake-sdk.ts",
        "infra/functions/unused-sdk.ts",
        "package.json",
      ])
        cpSync(join(root, folder), join(copy, folder), { recursive: true });
      symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
      const later = "const now = Date.now; Date.now = () => now() + 40 * 86_400_000;";
      const script = `${later} require("./infra/functions/bundle").bundleFunction("store-latest").then((text) => process.stdout.write(text));`;
      const text = execFileSync(process.execPath, ["--require", "tsx/cjs", "-e", script], {
        cwd: copy,
        env: { ...process.env, TZ: "Asia/Tokyo" },
        encoding: "utf8",
        maxBuffer: 1e7,
      });
      assert.equal(text === (await bundleFunction("store-latest")), true);
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });
});
