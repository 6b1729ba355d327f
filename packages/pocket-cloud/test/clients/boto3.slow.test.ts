import { strict as assert } from "node:assert";
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Cloud, startCloud } from "../../cloud";

const run = promisify(execFile);

/** Where Python and boto3 are not installed there is nothing to test. */
describe("boto3 and the aws CLI", function () {
  this.timeout(300_000);
  const dir = mkdtempSync(join(tmpdir(), "clients-"));
  let cloud: Cloud;
  let env: NodeJS.ProcessEnv;

  before(async () => {
    cloud = await startCloud({ dir });
    env = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      AWS_ENDPOINT_URL: cloud.endpoint,
      AWS_REGION: cloud.region,
      AWS_DEFAULT_REGION: cloud.region,
      AWS_ACCESS_KEY_ID: cloud.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: cloud.credentials.secretAccessKey,
      AWS_PAGER: "",
    };
  });
  after(async () => {
    await cloud.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const has = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

  it("do with boto3 what is done on a day", async function () {
    if (!has("python3", "-c", "import boto3")) this.skip();
    const { stdout } = await run("python3", [join(import.meta.dirname, "everyday.py")], { env });
    assert.deepEqual(JSON.parse(stdout), {
      records: ["one", "two"],
      multipart: [true, '-2"'],
      listed: ["large.bin", "many/"],
      presigned: "a",
      missing: "NoSuchKey",
      crawled: [["sales", ["bigint", "string", "double"]]],
      query: "SUCCEEDED",
      rows: [
        ["name", "price"],
        ["ann", "1.5"],
        ["bob, jr", "2.5"],
      ],
      failed: "DIVISION_BY_ZERO: Division by zero",
      stopped: "CANCELLED",
    });
  });

  it("do the same with the aws CLI", async function () {
    if (!has("aws", "--version")) this.skip();
    const aws = async (...args: string[]) => (await run("aws", args, { env })).stdout.trim();
    await aws("kinesis", "create-stream", "--stream-name", "cli", "--shard-count", "1");
    await aws("kinesis", "wait", "stream-exists", "--stream-name", "cli");
    await aws("s3", "mb", "s3://cli");
    await aws("s3", "cp", join(import.meta.dirname, "everyday.py"), "s3://cli/in/script.py", "--no-progress");
    assert.match(await aws("s3", "ls", "s3://cli", "--recursive"), / in\/script\.py$/);
    const url = await aws("s3", "presign", "s3://cli/in/script.py", "--expires-in", "60");
    assert.match(await (await fetch(url)).text(), /^"""What a data engineer does/);
    assert.equal(
      await aws(
        ...["athena", "start-query-execution", "--query-string", "SELECT FROM"],
        ...["--result-configuration", "OutputLocation=s3://cli/out/"],
      ).catch((error: Error) => /line 1:8: /.exec(error.message)?.[0]),
      "line 1:8: ",
    );
  });
});
