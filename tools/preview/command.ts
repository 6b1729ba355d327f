import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { checkRuleFiles } from "../../functions/evaluate-rules/check-files";
import { exemptionsFor } from "../../infra/guardrails/exemptions";
import { DEFAULT_ACCOUNT as account } from "../../packages/pocket-cloud";
import { type Preview, type PreviewOptions, previewProgram } from "../../packages/pulumi-local";
import { withActivity } from "../kit/activity";
import { defineCommand } from "../kit/command";
import { UsageError } from "../kit/errors";
import { choice, flag, required, text } from "../kit/options";
import { refuseUnknownStack } from "../kit/stacks";
import { asMarkdown } from "./markdown";
import { programAt } from "./program-at";
import { type PreviewReport, previewReport } from "./report";
import { asText } from "./text";

const GUARDRAIL_VIOLATED = 3;
const root = join(__dirname, "../..");

const formats = {
  text: asText,
  md: asMarkdown,
  json: (report: PreviewReport) => `${JSON.stringify(machineForm(report), null, 2)}\n`,
};

export const preview = defineCommand({
  summary: "shows what the program would create in an environment, without credentials",
  usage: "npm run preview -- --env <stack> [options]",
  description:
    "Runs the Pulumi program for a stack without credentials, network or the Pulumi CLI, and shows the resources it " +
    "declares, the guardrails it violates and its monthly cost. Ids and ARNs are made up but well formed.",
  options: {
    env: required(text("STACK", "any stack with a Pulumi.<stack>.yaml: local, minimal, dev, staging, prod")),
    against: text(
      "REF",
      "compares with the program at a git ref: changed properties, replacements and deletions that lose data, and " +
        "permissions that the ref does not grant",
    ),
    project: text(
      "PATH",
      "folder of another Pulumi program of AWS resources for Node.js, with its modules installed; resource types that are " +
        "not described are shown with unknown outputs, and are not judged for data loss",
    ),
    format: choice("FORMAT", "text (default), md for a pull request, json with all inputs", [
      "text",
      "md",
      "json",
    ]),
    json: flag("the same as --format json"),
  },
  notes: "Exit code 3: a guardrail is violated.",
  run: async ({ env: stack, against, project, json, format = json ? "json" : "text" }) => {
    const program = project === undefined ? { dir: root } : { dir: resolve(project), anyType: true };
    if (!existsSync(join(program.dir, "Pulumi.yaml")))
      throw new UsageError(`--project: there is no Pulumi.yaml in ${program.dir}`);
    refuseUnknownStack(stack, program.dir);
    if (project === undefined) checkRuleFiles();
    const what = `running the program for ${stack}`;
    const [now, before] = await withActivity(
      () => (against === undefined ? what : `${what}, and as it is at ${against}`),
      () =>
        Promise.all([
          previewProgram({ ...program, stack, log, account }),
          against === undefined ? undefined : previewAt(program, against, stack),
        ]),
    );
    const report = previewReport(now, before, project === undefined ? exemptionsFor(stack) : []);
    process.stdout.write(formats[format](report));
    if (report.violations.length === 0) return 0;
    if (format === "json")
      for (const { policy, urn, message } of report.violations) log(`${policy}: ${urn}: ${message}`);
    return GUARDRAIL_VIOLATED;
  },
});

type Program = Pick<PreviewOptions, "dir" | "anyType">;

async function previewAt(
  program: Program,
  ref: string,
  stack: string,
): Promise<{ ref: string; preview: Preview }> {
  const { dir, remove } = programAt(program.dir, ref);
  try {
    return { ref, preview: await previewProgram({ ...program, dir, stack, log, account }) };
  } finally {
    remove();
  }
}

const machineForm = ({ preview: { stack, resources }, against, violations, cost }: PreviewReport) => ({
  stack,
  resources,
  violations,
  cost,
  ...(against && { against }),
});

const log = (line: string): void => void process.stderr.write(`${line}\n`);
