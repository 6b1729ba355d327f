import { strict as assert } from "node:assert";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import type { PreviewResource } from "../../packages/pulumi-local";
import { temporaryDirectory } from "../support/temporary";
import { pulumiCli } from "./pulumi-cli";
import { root } from "./stacks";

/** Only Pulumi's own CLI knows how it copies a template. Without a CLI the tests are skipped. */
describe("pulumi new from this repository", function () {
  this.timeout(300_000);
  const { path, remove } = temporaryDirectory();
  const [clone, project] = [join(path, "clone"), join(path, "theirs")];
  after(remove);

  before(function () {
    const bin = pulumiCli();
    if (!bin) return this.skip();
    const tracked = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
      cwd: root,
      encoding: "utf8",
      maxBuffer: 1 << 26,
    });
    for (const file of tracked.split("\0").filter(Boolean)) {
      mkdirSync(dirname(join(clone, file)), { recursive: true });
      copyFileSync(join(root, file), join(clone, file));
    }
    const env = {
      ...process.env,
      PULUMI_HOME: join(path, "home"),
      PULUMI_BACKEND_URL: `file://${path}`,
      PULUMI_CONFIG_PASSPHRASE: "correct horse",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    const args = ["new", clone, "--dir", project, "--name", "theirs", "--description", "Mine", "--yes"];
    const { status, stderr } = spawnSync(bin, [...args, "--generate-only"], { env, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    symlinkSync(join(root, "node_modules"), join(project, "node_modules"), "dir");
  });

  it("has the project's own name, and keeps what each key means", () => {
    const { name, description, template, config } = parse(readFileSync(join(project, "Pulumi.yaml"), "utf8"));
    assert.deepEqual([name, description, template], ["theirs", "Mine", undefined]);
    assert.equal(config.coins.default, 250);
    assert.match(config.coins.description, /^Number of coins to poll/);
  });

  it("previews at once, with prices alone", () => {
    const args = ["--require", "tsx/cjs", "tools/main.ts", "preview", "--env", "minimal", "--json"];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: project,
      encoding: "utf8",
      maxBuffer: 1 << 27,
    });
    assert.equal(status, 0, stderr);
    const { resources } = JSON.parse(stdout) as { resources: readonly PreviewResource[] };
    const streams = resources.filter(({ type }) => type === "aws:kinesis/stream:Stream");
    assert.deepEqual(
      streams.map(({ urn, inputs, outputs }) => [urn.split("::")[1], inputs.name, outputs.tagsAll]),
      [
        [
          "theirs",
          "pricelake-minimal-crypto",
          { project: "theirs", environment: "minimal", "managed-by": "pulumi" },
        ],
      ],
    );
  });
});
