import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { statementsOf } from "../../infra/guardrails/documents";
import { inputsOf, ofType, previewWith, root } from "./stacks";

/** What IAM calls the service of an SDK client, where it calls it something else. */
const PREFIXES: Readonly<Record<string, string>> = { "client-cloudwatch": "cloudwatch" };

/** Operations that are allowed by another action than their own name. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  // A transaction asks for the rights of what is in it; these put.
  "dynamodb:TransactWriteItems": ["dynamodb:PutItem"],
};

/** What Lambda itself does in the function's name: its source, its failures, its logs and traces. */
const BY_LAMBDA: ReadonlySet<string> = new Set([
  "ReadStream",
  "WriteFailures",
  "ListFailures",
  "WriteLogs",
  "SendTraces",
  "SendDeadLetters",
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
      [...members.matchAll(/(?<!type )\b(\w+)Command\b/g)].map(
        ([, operation = ""]) => `${PREFIXES[client] ?? client.slice("client-".length)}:${operation}`,
      ),
    ),
  );
  return [...new Set(operations.flatMap((operation) => ACTIONS[operation] ?? [operation]))].sort();
}

describe("A function's rights", function () {
  this.timeout(60_000);

  it("are the calls in its code, and nothing else", async () => {
    const preview = await previewWith("dev", { coingeckoApiKey: { value: "k", secret: true } });
    const functions = ofType(preview, "aws:lambda/function:Function").map(({ name }) => name);
    assert.deepEqual([...functions].sort(), [
      "evaluate-rules-crypto",
      "poll-prices",
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
      const own = statementsOf(policy).filter(({ sid }) => !BY_LAMBDA.has(sid));
      const source = name.replace(/-(crypto|retail|stocks|posts)$/, "");
      assert.deepEqual(
        [...new Set(own.flatMap(({ actions }) => actions))].sort(),
        await callsOf(source),
        name,
      );
    }
  });

  it("are found where code calls AWS", async () => {
    assert.deepEqual(await callsOf("poll-prices"), ["kinesis:PutRecords", "ssm:GetParameter"]);
    assert.deepEqual(await callsOf("store-latest"), [
      "dynamodb:BatchGetItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:PutItem",
    ]);
  });
});
