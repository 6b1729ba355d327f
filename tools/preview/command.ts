import { join } from "node:path";
import { DEFAULT_ACCOUNT as account } from "../../packages/pocket-cloud";
import { type Preview, previewProgram } from "../../packages/pulumi-local";
import { type Command, parseOptions, UsageError } from "../kit/command";
import { asMarkdown } from "./markdown";
import { programAt } from "./program-at";
import { type PreviewReport, previewReport } from "./report";
import { asText } from "./text";

const help = `npm run preview -- --env <stack> [--against <git ref>] [--format text|md|json]

Runs the Pulumi program as it would run for a stack, without credentials, network or the Pulumi CLI, and shows the
resources it declares, the guardrails it breaks and what a month of it costs. Ids and ARNs are made up, well formed.

  --env <stack>     local, dev, staging or prod: any stack with a Pulumi.<stack>.yaml
  --against <ref>   what would change from the program as of a git ref: by property, with replacements and deletions
                    that lose data and permissions that were not there before
  --format <form>   text, md (for a pull request) or json
  --json            the same as --format json: all resources with their inputs, for machines

Exit code 3: a guardrail is broken.
`;

const BROKEN_GUARDRAIL = 3;
const root = join(__dirname, "../..");

const forms: Readonly<Record<string, (report: PreviewReport) => string>> = {
  text: asText,
  md: asMarkdown,
  json: (report) => `${JSON.stringify(machineForm(report), null, 2)}\n`,
};

export const preview: Command = {
  summary: "shows what the program would create in an environment, with no credentials",
  help,
  run: async (args) => {
    const { values } = parseOptions(args, {
      env: { type: "string" },
      against: { type: "string" },
      format: { type: "string" },
      json: { type: "boolean" },
    });
    const { env: stack, against } = values;
    if (stack === undefined) throw new UsageError("preview needs --env <stack>");
    const format = values.format ?? (values.json ? "json" : "text");
    const form = forms[format];
    if (!form || !Object.hasOwn(forms, format))
      throw new UsageError(`--format takes one of ${Object.keys(forms).join(", ")}, not "${format}"`);
    const [now, before] = await Promise.all([
      previewProgram({ dir: root, stack, log, account }),
      against === undefined ? undefined : previewAt(against, stack),
    ]);
    const report = previewReport(now, before);
    process.stdout.write(form(report));
    if (report.violations.length === 0) return 0;
    if (format === "json")
      for (const { policy, urn, message } of report.violations) log(`${policy}: ${urn}: ${message}`);
    return BROKEN_GUARDRAIL;
  },
};

async function previewAt(ref: string, stack: string): Promise<{ ref: string; preview: Preview }> {
  const { dir, remove } = programAt(root, ref);
  try {
    return { ref, preview: await previewProgram({ dir, stack, log, account }) };
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
