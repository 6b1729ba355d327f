import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { agent } from "../../../tools/agent/command";
import { temporaryDirectory } from "../../support/temporary";

describe("npm run agent", () => {
  const dir = temporaryDirectory();
  const endpoint = process.env.AWS_ENDPOINT_URL;
  before(() => {
    delete process.env.AWS_ENDPOINT_URL;
  });
  after(() => {
    if (endpoint !== undefined) process.env.AWS_ENDPOINT_URL = endpoint;
    dir.remove();
  });
  const config = (content: object) => {
    const path = join(dir.path, "agent.json");
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  const flows = [{ filePattern: "*.log", kinesisStream: "events" }];
  const run = (content: object, ...more: string[]) =>
    agent.run(["--config", config(content), "--dir", dir.path, ...more]);

  it("requires a valid configuration", async () => {
    await assert.rejects(agent.run([]), {
      exitCode: 2,
      message: "--config FILE is missing; see --help",
    });
    await assert.rejects(agent.run(["--config", "x", "agent.json"]), {
      exitCode: 2,
      message: 'unexpected argument "agent.json"; see --help',
    });
    await assert.rejects(run({ flows, flow: [] }), {
      exitCode: 2,
      message:
        `${join(dir.path, "agent.json")}: flow is [], but the top level has no such option; its options are checkpointFile, ` +
        "cloudwatch.emitMetrics, cloudwatch.namespace, cloudwatch.endpoint, kinesis.endpoint, firehose.endpoint, " +
        "log.statusReportingPeriodSeconds, shutdownTimeoutMillis, flows",
    });
  });

  it("says what to do when no cloud is running", async () => {
    await assert.rejects(run({ flows }), {
      exitCode: 1,
      message: `no cloud is running in ${dir.path}: start one with "npm start" or "npm run cloud", or correct --dir`,
    });
  });

  it("refuses AWS endpoints with --env local", async () => {
    await assert.rejects(run({ flows, "kinesis.endpoint": "kinesis.eu-west-1.amazonaws.com" }), {
      exitCode: 2,
      message:
        "kinesis.endpoint is https://kinesis.eu-west-1.amazonaws.com, and --env local has no keys for AWS; name an environment with --env, such as dev",
    });
  });
});
