import { strict as assert } from "node:assert";
import { execFile, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "../../support/temporary";
import { previewOf, previewWith } from "../stacks";
import { terraformPlan } from "./plan";

/** A finding that is accepted in these stacks, for resources whose address matches. */
interface Exemption {
  readonly checks: readonly string[];
  readonly stacks: readonly string[];
  readonly resources: string;
  readonly reason: string;
}

interface Report {
  readonly summary: { readonly passed: number };
  readonly results: {
    readonly failed_checks: readonly Readonly<Record<"check_id" | "resource" | "file_path", string>>[];
  };
}

const CHECKOV = process.env.CHECKOV || "checkov";
/** The stacks, and prod with each kind of site. What is accepted in prod is accepted in them too. */
const STACKS = [
  { name: "dev", environment: "dev" },
  { name: "staging", environment: "staging" },
  { name: "prod", environment: "prod" },
  {
    name: "public site",
    environment: "prod",
    config: {
      "pricelake:site": "public",
      "pricelake:siteDomain": "reports.example.com",
      "pricelake:siteCertificateArn": `arn:aws:acm:us-east-1:123456789012:certificate/${"0".repeat(36)}`,
    },
  },
  {
    name: "private site",
    environment: "prod",
    config: {
      "pricelake:site": "private",
      "pricelake:sitePasswordHash": `${"0".repeat(32)}:${"a".repeat(64)}`,
    },
  },
] as const;
const exemptions = JSON.parse(readFileSync(join(__dirname, "exemptions.json"), "utf8")) as Exemption[];

describe("checkov, over the resources of a stack as a Terraform plan", function () {
  this.timeout(300_000);
  const directory = temporaryDirectory();
  const used = new Set<Exemption>();
  before(function () {
    if (spawnSync(CHECKOV, ["--version"], { stdio: "ignore" }).status === 0) return;
    process.stderr.write(
      "    there is no checkov (CHECKOV, or checkov on PATH), so its findings are not tested\n",
    );
    this.skip();
  });
  after(directory.remove);

  const fileOf = (name: string) => `${name.replace(" ", "-")}.json`;

  // One run for all: it takes seconds to load its checks.
  let report: Report;
  before(async () => {
    const paths: string[] = [];
    for (const { name, environment, ...more } of STACKS) {
      const path = join(directory.path, fileOf(name));
      const preview = "config" in more ? previewWith(environment, more.config) : previewOf(environment);
      writeFileSync(path, terraformPlan(await preview));
      paths.push(path);
    }
    report = await run(paths);
    assert.ok(report.summary.passed > 400 * STACKS.length, `${report.summary.passed} checks passed`);
  });

  for (const { name, environment } of STACKS)
    it(`finds nothing in ${name} but what exemptions.json has a reason for`, () => {
      const failed = report.results.failed_checks.filter(({ file_path }) => file_path === `/${fileOf(name)}`);
      assert.ok(failed.length > 0, "exempted findings");
      const findings = failed.filter(({ check_id, resource }) => {
        const found = exemptions.find(
          ({ checks, stacks, resources }) =>
            checks.includes(check_id) &&
            (stacks.includes(name) || stacks.includes(environment)) &&
            new RegExp(`^(?:${resources})$`).test(resource),
        );
        if (found) used.add(found);
        return !found;
      });
      assert.deepEqual(findings.map(({ check_id, resource }) => `${check_id} ${resource}`).sort(), []);
    });

  it("finds all that is exempted", () => {
    assert.deepEqual(
      exemptions.filter((each) => !used.has(each)),
      [],
    );
  });
});

function run(paths: readonly string[]): Promise<Report> {
  const args = ["-f", ...paths, "--framework", "terraform_plan", "-o", "json", "--quiet", "--compact"];
  return new Promise((resolve, reject) =>
    execFile(
      CHECKOV,
      args,
      { maxBuffer: 1 << 28, env: { ...process.env, LOG_LEVEL: "ERROR" } },
      (error, stdout, stderr) => {
        // It exits with 1 when it finds something.
        try {
          resolve(JSON.parse(stdout) as Report);
        } catch {
          reject(new Error(`${error?.message}\n${stderr.slice(-2000)}`));
        }
      },
    ),
  );
}
