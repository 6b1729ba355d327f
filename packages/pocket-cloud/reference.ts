import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { modelOf } from "./http/catalogue";

const BEGIN = "<!-- operations: written by `node --require tsx/cjs packages/pocket-cloud/reference.ts` -->";
const END = "<!-- end of operations -->";
const README = join(__dirname, "README.md");

const TITLES: Readonly<Record<string, string>> = {
  athena: "Athena",
  budgets: "Budgets",
  dynamodb: "DynamoDB",
  firehose: "Firehose",
  glue: "Glue",
  iam: "IAM",
  kinesis: "Kinesis",
  kms: "KMS",
  lambda: "Lambda",
  logs: "CloudWatch Logs",
  monitoring: "CloudWatch",
  s3: "S3",
  scheduler: "EventBridge Scheduler",
  secretsmanager: "Secrets Manager",
  sns: "SNS",
  sqs: "SQS",
  ssm: "Systems Manager parameters",
  sts: "STS",
};

/** The supported operations of every service, and the options it refuses, as Markdown. */
export function reference(operations: Readonly<Record<string, readonly string[]>>): string {
  const services = Object.keys(operations).sort((a, b) => title(a).localeCompare(title(b)));
  return [BEGIN, "", ...services.flatMap((name) => section(name, operations[name] ?? [])), END].join("\n");
}

function section(name: string, operations: readonly string[]): string[] {
  const modelled = modelOf(name)?.operations().length ?? 0;
  const refused = refusals(join(__dirname, "services", name));
  return [
    `### ${title(name)}`,
    "",
    `${operations.length} of the ${modelled} operations: ${[...operations].sort().join(", ")}.`,
    "",
    ...(refused.length > 0 ? [`Also not supported: ${refused.join("; ")}.`, ""] : []),
  ];
}

const title = (name: string): string => TITLES[name] ?? name;

/** The texts of `unsupported("…")` in a folder; placeholders become "…". */
function refusals(folder: string): string[] {
  const texts = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .sort()
    .flatMap((file) => [
      ...readFileSync(join(folder, file), "utf8").matchAll(/\bunsupported\(\s*(?:"([^"]+)"|`([^`]+)`)/g),
    ])
    .map(([, plain, template]) => plain ?? shown(template ?? ""));
  return [...new Set(texts)].sort();
}

const shown = (template: string): string => template.replace(/\$\{[^}]*\}/g, "…").replace(/\s*\(…\)$/, "");

/** The README with an up-to-date list of operations. */
export function withReference(
  readme: string,
  operations: Readonly<Record<string, readonly string[]>>,
): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${README} lacks the line ${BEGIN} or ${END}`);
  return readme.slice(0, begin) + reference(operations) + readme.slice(end + END.length);
}

async function main(): Promise<void> {
  const { startCloud } = require("./cloud") as typeof import("./cloud");
  const cloud = await startCloud();
  writeFileSync(README, withReference(readFileSync(README, "utf8"), cloud.operations()));
  await cloud.stop();
}

if (require.main === module) void main();
