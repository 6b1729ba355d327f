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
    readonly failed_checks: readonly { readonly check_id: string; readonly resource: string }[];
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

  for (const { name, environment, ...more } of STACKS)
    it(`finds nothing in ${name} but what exemptions.json has a reason for`, async () => {
      const path = join(directory.path, `${name}.json`);
      const preview = "config" in more ? previewWith(environment, more.config) : previewOf(environment);
      writeFileSync(path, terraformPlan(await preview));
      const { summary, results } = await run(path);
      assert.ok(summary.passed > 400, `${summary.passed} checks passed`);
      const findings = results.failed_checks.filter(({ check_id, resource }) => {
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

function run(path: string): Promise<Report> {
  const args = ["-f", path, "--framework", "terraform_plan", "-o", "json", "--quiet", "--compact"];
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
