import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { statementsOf } from "../../infra/guardrails/documents";
import {
  environments,
  inputsOf,
  ofType,
  PUBLIC_SITE,
  previewOf,
  previewWith,
  root,
  SITE_WITHOUT_LOGS,
} from "./stacks";

/** What IAM calls the service of an SDK client, where it calls it something else. */
const PREFIXES: Readonly<Record<string, string>> = { "client-cloudwatch": "cloudwatch" };

/** Operations that are allowed by another action than their own name. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  // A transaction asks for the rights of what is in it; these put.
  "dynamodb:TransactWriteItems": ["dynamodb:PutItem"],
  "s3:ListObjectsV2": ["s3:ListBucket"],
  "s3:GetBucketLifecycleConfiguration": ["s3:GetLifecycleConfiguration"],
  "s3:DeleteObjects": ["s3:DeleteObject"],
  "sqs:DeleteMessageBatch": ["sqs:DeleteMessage"],
};

/** What services do in the function's name: Lambda for its source, failures, logs and traces, and Athena for its queries. */
const BY_SERVICES: ReadonlySet<string> = new Set([
  "ReadStream",
  "WriteFailures",
  "ListFailures",
  "WriteLogs",
  "SendTraces",
  "SendDeadLetters",
  "AthenaReadsCatalogue",
  "AthenaWritesResults",
  "AthenaLocatesResults",
  // SSM reads a secret of Secrets Manager in the caller's name.
  "ReadSecret",
  "AthenaWritesHistory",
  "AthenaLocatesHistory",
]);

const IMPORT = /import (?:type )?\{([^}]*)\} from "@aws-sdk\/(client-[a-z0-9-]+)"/g;

/** Every SDK command that is in a function's bundle, as IAM's action. */
async function callsOf(source: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [`functions/${source}/handler.ts`],
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    packages: "external",
    outfile: "index.js",
  });
  const [output] = Object.values(metafile.outputs);
  const files = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const operations = files.flatMap(([file]) =>
    [...readFileSync(join(root, file), "utf8").matchAll(IMPORT)].flatMap(([, members = "", client = ""]) =>
      [...members.matchAll(/(?<!type )\b(?:paginate(\w+)|(\w+)Command)\b/g)].map(
        ([, paginated, operation = paginated ?? ""]) =>
          `${PREFIXES[client] ?? client.slice("client-".length)}:${operation}`,
      ),
    ),
  );
  return [...new Set(operations.flatMap((operation) => ACTIONS[operation] ?? [operation]))].sort();
}

/** Where statements may be about "*", and what for: X-Ray has no resources, and a key's policy is about that key. */
const ANY_RESOURCE: ReadonlySet<string> = new Set([
  "aws:iam/rolePolicy:RolePolicy SendTraces xray:PutTelemetryRecords,xray:PutTraceSegments",
]);
const OWN_RESOURCE: ReadonlySet<string> = new Set(["aws:kms/key:Key"]);

describe("Every policy", () => {
  for (const env of environments)
    it(`of ${env} spells out its actions and resources`, async () => {
      const { resources } = await previewOf(env);
      const statements = resources.flatMap(({ type, name, inputs }) =>
        [inputs.policy, inputs.assumeRolePolicy]
          .flatMap(statementsOf)
          .filter(({ effect }) => effect === "Allow")
          .map((statement) => ({ type, name, ...statement })),
      );
      assert.ok(statements.length > 60, `${statements.length} statements`);
      const wide = statements.filter(({ type, sid, actions, resources: on, principals }) => {
        const any = on.includes("*") && !OWN_RESOURCE.has(type);
        return (
          actions.length === 0 ||
          actions.some((action) => /[*?]/.test(action)) ||
          principals.includes("*") ||
          on.some((arn) => /^arn:[^:]*:[^:]*:[^:]*:[^:]*:\*$/.test(arn)) ||
          (any && !ANY_RESOURCE.has(`${type} ${sid} ${actions.join(",")}`))
        );
      });
      assert.deepEqual(wide, []);
    });
});

describe("A function's permissions", () => {
  it("are exactly the calls in its code", async () => {
    const preview = await previewWith("dev", PUBLIC_SITE);
    const functions = ofType(preview, "aws:lambda/function:Function").map(({ name }) => name);
    assert.deepEqual([...functions].sort(), [
      "compact",
      "evaluate-rules-crypto",
      "poll-prices",
      "publish-reports",
      "reconcile",
      "store-latest-crypto",
      "store-latest-posts",
      "store-latest-retail",
      "store-latest-stocks",
      "transform-stocks",
      "write-csv-crypto",
      "write-csv-posts",
      "write-csv-retail",
      "write-csv-stocks",
    ]);
    for (const name of functions) {
      const { policy } = inputsOf(preview, "aws:iam/rolePolicy:RolePolicy", `${name}-policy`);
      const own = statementsOf(policy).filter(({ sid }) => !BY_SERVICES.has(sid));
      const source = name.replace(/-(crypto|retail|stocks|posts)$/, "");
      assert.deepEqual(
        [...new Set(own.flatMap(({ actions }) => actions))].sort(),
        await callsOf(source),
        name,
      );
    }
  });

  it("allow the poller to read exactly the secret that is configured", async () => {
    const preview = await previewWith("dev", SITE_WITHOUT_LOGS);
    const { policy } = inputsOf(preview, "aws:iam/rolePolicy:RolePolicy", "poll-prices-policy");
    const own = statementsOf(policy).filter(({ sid }) => sid === "ReadApiKey" || sid === "ReadSecret");
    assert.deepEqual(
      own.map(({ actions, resources }) => [actions, resources]),
      [
        [
          ["ssm:GetParameter"],
          ["arn:aws:ssm:us-east-1:123456789012:parameter/aws/reference/secretsmanager/coingecko"],
        ],
        [
          ["secretsmanager:GetSecretValue"],
          ["arn:aws:secretsmanager:us-east-1:123456789012:secret:coingecko-??????"],
        ],
      ],
    );
  });

  it("are found in the code", async () => {
    assert.deepEqual(await callsOf("poll-prices"), ["kinesis:PutRecords", "ssm:GetParameter"]);
    assert.deepEqual(await callsOf("store-latest"), [
      "dynamodb:BatchGetItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:PutItem",
    ]);
  });
});
