import { strict as assert } from "node:assert";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { checkTypesAsNode10, install, type Packed, pack } from "../../../test/support/packed";

const run = promisify(execFile);
const source = join(__dirname, "..");

/** A small use of the cloud: a bucket, an Athena query over one of its objects, and a Lambda function. */
const PROGRAM = `
export async function use({ startCloud }, { S3 }, { Athena }, { Glue }, { Lambda }, { IAM }, { zipSync, strToU8 }, assert) {
  const cloud = await startCloud({ services: ["athena", "lambda", "logs"] });
  const config = { endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials };
  const s3 = new S3({ ...config, forcePathStyle: true });
  const [athena, glue, lambda, iam] = [Athena, Glue, Lambda, IAM].map((Client) => new Client(config));
  try {
    await s3.createBucket({ Bucket: "lake" });
    await s3.putObject({ Bucket: "lake", Key: "prices/a.csv", Body: "BTC,1\\nETH,2\\n" });
    await glue.createDatabase({ DatabaseInput: { Name: "lake" } });
    const ResultConfiguration = { OutputLocation: "s3://lake/results/" };
    const query = async (QueryString) => {
      const { QueryExecutionId } = await athena.startQueryExecution({
        QueryString,
        QueryExecutionContext: { Database: "lake" },
        ResultConfiguration,
      });
      for (;;) {
        const { QueryExecution } = await athena.getQueryExecution({ QueryExecutionId });
        const { State, StateChangeReason } = QueryExecution.Status;
        if (State === "SUCCEEDED") return athena.getQueryResults({ QueryExecutionId });
        if (State === "FAILED") throw new Error(StateChangeReason);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await query(
      "CREATE EXTERNAL TABLE prices (coin string, price double) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://lake/prices/'",
    );
    const { ResultSet } = await query("SELECT sum(price) FROM prices");
    assert.equal(ResultSet.Rows[1].Data[0].VarCharValue, "3.0");

    const { Role } = await iam.createRole({
      RoleName: "worker",
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
        ],
      }),
    });
    await lambda.createFunction({
      FunctionName: "double",
      Role: Role.Arn,
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Code: { ZipFile: zipSync({ "index.js": strToU8("exports.handler = async ({ n }) => 2 * n;") }) },
    });
    const { Payload } = await lambda.invoke({ FunctionName: "double", Payload: JSON.stringify({ n: 21 }) });
    assert.equal(Buffer.from(Payload).toString(), "42");
    await cloud.reset();
    assert.deepEqual((await s3.listBuckets({})).Buckets ?? [], []);
  } finally {
    for (const client of [s3, athena, glue, lambda, iam]) client.destroy();
    await cloud.stop();
  }
}
`;

const MODULES = [
  "pocket-cloud",
  ...["s3", "athena", "glue", "lambda", "iam"].map((name) => `@aws-sdk/client-${name}`),
  "fflate",
  "node:assert/strict",
];

const programs = {
  "program.mjs": `${PROGRAM}\n${MODULES.map((name, i) => `import * as m${i} from "${name}";`).join("\n")}
await use(${MODULES.map((_, i) => (i === MODULES.length - 1 ? `m${i}.default` : `m${i}`)).join(", ")});\n`,
  "program.cjs": `${PROGRAM.replace("export ", "")}
use(${MODULES.map((name) => `require("${name}")`).join(", ")});\n`,
  "types.mts": `import { type Cloud, startCloud } from "pocket-cloud";
const cloud: Cloud = await startCloud({ services: ["s3"], clock: { simulateFrom: 0 } });
const { Buckets } = await cloud.call("s3", "ListBuckets", {}, cloud.administrator);
export const names: (string | undefined)[] = (Buckets ?? []).map(({ Name }) => Name);
`,
  // A test as another project would write it.
  "cloud.test.mjs": `import { strict as assert } from "node:assert";
import { ListStreamsCommand, KinesisClient } from "@aws-sdk/client-kinesis";
import { startCloud } from "pocket-cloud";

let cloud;
before(async () => { cloud = await startCloud({ services: ["kinesis"] }); });
after(() => cloud.stop());
it("starts without streams", async () => {
  const kinesis = new KinesisClient({ endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials });
  assert.deepEqual((await kinesis.send(new ListStreamsCommand({}))).StreamNames, []);
  kinesis.destroy();
});
`,
};

describe("The package that npm pack makes", function () {
  this.timeout(300_000);
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "package-")));
  after(() => rmSync(dir, { recursive: true, force: true }));

  let packed: Packed;
  before(async () => {
    for (const [name, text] of Object.entries(programs)) writeFileSync(join(dir, name), text);
    packed = await pack(source, dir);
    await install(packed, dir);
  });

  it("contains what it needs, and no sources or tests", () => {
    assert.deepEqual(
      packed.files.filter((file) => !/^dist\/(.*\.d\.ts$|console\/)/.test(file)),
      [
        ...["CHANGELOG.md", "README.md", "bin.js", "dist/LICENSE", "dist/bootstrap.js", "dist/bootstrap.py"],
        ...["dist/bundled-licenses.txt", "dist/index.js", "dist/private-files.js", "dist/worker.js"],
        ...["examples/pipeline.mjs", "index.d.ts", "package.json"],
      ],
    );
    assert.ok(packed.files.includes("dist/index.d.ts"));
    assert.ok(packed.files.some((file) => file.startsWith("dist/console/")));
    assert.ok(packed.unpackedSize < 16e6, `${packed.unpackedSize} bytes`);
  });

  const node = (...args: string[]) => run(process.execPath, args, { cwd: dir });
  const bin = (name: string) => join(__dirname, "..", "..", "..", "node_modules", name);

  it("works as an ES module", () => node("program.mjs"));

  it("proves what the README says, by its example", async () => {
    const { stdout } = await node("node_modules/pocket-cloud/examples/pipeline.mjs");
    assert.equal(stdout, "all of it works\n");
  });

  it("works as a CommonJS module", () => node("program.cjs"));

  it("serves the tests of another project", async () => {
    const { stdout } = await node(bin("mocha/bin/mocha.js"), "--timeout", "30000", "cloud.test.mjs");
    assert.match(stdout, /1 passing/);
  });

  it("has types", () =>
    node(
      realpathSync(bin(".bin/tsc")),
      ...["--noEmit", "--strict", "--module", "nodenext", "--target", "es2023", "--types", "node"],
      ...["--typeRoots", bin("@types"), "types.mts"],
    ));

  it("has types for the module resolution of Pulumi's template", async () => {
    writeFileSync(
      join(dir, "node10.ts"),
      `import { type Cloud, startCloud } from "pocket-cloud";
export const cloud: Promise<Cloud> = startCloud({ services: ["s3"] });
`,
    );
    await checkTypesAsNode10(dir, "node10.ts");
  });

  it("starts as a command", async () => {
    const child = spawn("npx", ["pocket-cloud", "--port", "0", "--services", "sqs"], {
      cwd: dir,
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    const exited = once(child, "exit");
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const endpoint = /^ready (http:\S+)/.exec(line.toString())?.[1];
    assert.equal((await fetch(`${endpoint}/_local/health`)).status, 200);
    process.kill(-Number(child.pid), "SIGINT");
    await exited;
  });

  it("names a wrong option and exits with 2", () =>
    assert.rejects(run("npx", ["pocket-cloud", "--nothing"], { cwd: dir }), {
      code: 2,
      stderr: /^pocket-cloud: Unknown option '--nothing'/,
    }));
});
