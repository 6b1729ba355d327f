import { strict as assert } from "node:assert";
import { type ExecFileException, execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Cloud, startCloud } from "../../cloud";
import { temporaryDirectory } from "../temporary";
import { DUCKDB, KINESIS, PYATHENA, WRANGLER } from "./expected";

const run = promisify(execFile);

const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "pocket-cloud-clients");

/** Where install.sh puts the clients of a list of requirements. */
function installed(list: string): string {
  const requirements = readFileSync(join(__dirname, `requirements-${list}.txt`));
  return join(CACHE, createHash("sha256").update(requirements).digest("hex").slice(0, 12));
}

/** Each client runs a session of a user in a process of its own, and prints what it saw as JSON. */
describe("Clients", function () {
  this.timeout(300_000);
  const directory = temporaryDirectory();
  let cloud: Cloud;
  let env: NodeJS.ProcessEnv;
  before(async () => {
    cloud = await startCloud({ dir: directory.path });
    env = {
      PATH: process.env.PATH,
      HOME: directory.path,
      AWS_ENDPOINT_URL: cloud.endpoint,
      AWS_REGION: cloud.region,
      AWS_DEFAULT_REGION: cloud.region,
      AWS_ACCESS_KEY_ID: cloud.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: cloud.credentials.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: "true",
    };
  });
  after(async () => {
    await cloud.stop();
    directory.remove();
  });

  const python = async (
    context: Mocha.Context,
    script: string,
    list = "lake",
  ): Promise<Record<string, unknown>> => {
    const clients = installed(list);
    if (!existsSync(join(clients, "complete"))) {
      process.stderr.write(
        `    ${script} is not run: its client is not installed (${join(__dirname, "install.sh")})\n`,
      );
      context.skip();
    }
    const { stdout } = await run(join(clients, "bin", "python"), [join(__dirname, script)], {
      env,
      maxBuffer: 1 << 24,
    }).catch(({ stderr }: ExecFileException) => {
      throw new Error(`${script}: ${String(stderr).slice(-4000)}`);
    });
    return JSON.parse(stdout) as Record<string, unknown>;
  };

  it("awswrangler writes and reads Parquet and CSV through the catalogue", async function () {
    assert.deepEqual(await python(this, "wrangler.py"), WRANGLER);
  });

  it("PyAthena has cursors of every kind, and SQLAlchemy", async function () {
    assert.deepEqual(await python(this, "pyathena_session.py"), PYATHENA);
  });

  it("DuckDB reads and writes objects with httpfs", async function () {
    assert.deepEqual(await python(this, "duckdb_session.py"), DUCKDB);
  });

  it("async-kinesis produces and consumes, and continues at its checkpoint", async function () {
    assert.deepEqual(await python(this, "kinesis_session.py", "stream"), KINESIS);
  });
});
