import { strict as assert } from "node:assert";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Cloud, startCloud } from "../../../packages/pocket-cloud";
import { connect, withConnection } from "../../../tools/kit/connect";
import { Failure, UsageError } from "../../../tools/kit/errors";
import { catchingUp } from "../../../tools/kit/local-stack";
import { temporaryDirectory } from "../../support/temporary";

describe("the local environment before npm start is ready", () => {
  const dir = temporaryDirectory();
  const started = join(dir.path, "started");
  const file = (name: string): string => join(started, name);
  const saved = process.env.AWS_ENDPOINT_URL;
  let cloud: Cloud | undefined;

  before(async () => {
    delete process.env.AWS_ENDPOINT_URL;
    cloud = await startCloud({ dir: started, services: ["sts"] });
  });
  after(async () => {
    if (saved !== undefined) process.env.AWS_ENDPOINT_URL = saved;
    await cloud?.stop();
    dir.remove();
  });
  afterEach(() => {
    for (const name of ["stack.json", "stack.json.journal", "progress.json"])
      rmSync(file(name), { force: true });
  });

  const failing = (error: Error, env = "local") =>
    withConnection({ env, dir: started }, () => Promise.reject(error));

  it("is refused when the state directory holds no cloud", async () => {
    const nothing = join(dir.path, "nothing");
    const refusal = {
      message: `no cloud is running in ${nothing}, and none has run there: run "npm start" in another terminal first, or correct --dir`,
      exitCode: 1,
    };
    await assert.rejects(connect("local", nothing), refusal);
    mkdirSync(nothing);
    await assert.rejects(connect("local", nothing), refusal);
  });

  it("explains a failure during the deployment", async () => {
    const deploying = {
      message: "npm start is still deploying the local stack: try again in a few seconds",
      exitCode: 1,
    };
    writeFileSync(file("stack.json"), '{"salt":"00","resources":[]}');
    await assert.rejects(failing(new Failure("there is no table a.b")), deploying);
    writeFileSync(file("stack.json"), '{"salt":"00","resources":[{"urn":"a"}]}');
    writeFileSync(file("stack.json.journal"), '{"drop":"a"}\n');
    await assert.rejects(failing(Object.assign(new Error("gone"), { $metadata: {} })), deploying);
  });

  it("leaves other errors, and those of a deployed stack, as they are", async () => {
    writeFileSync(file("stack.json"), '{"salt":"00","resources":[{"urn":"a"}]}');
    await assert.rejects(failing(new Failure("there is no table a.b")), { message: "there is no table a.b" });
    writeFileSync(file("stack.json"), '{"salt":"00","resources":[]}');
    await assert.rejects(failing(new UsageError("--a is wrong")), { message: "--a is wrong" });
    await assert.rejects(failing(new TypeError("a defect")), { message: "a defect" });
  });

  it("says how far the market is played while the progress advances", () => {
    assert.equal(catchingUp("local", started), undefined);
    const playedUntil = Date.now() - 3 * 3_600_000;
    writeFileSync(file("progress.json"), JSON.stringify({ playedUntil }).padEnd(40));
    const minute = new Date(playedUntil).toISOString().slice(0, 16).replace("T", " ");
    assert.equal(
      catchingUp("local", started),
      `npm start is still playing the market, and has reached ${minute} UTC: later hours have no data yet`,
    );
    assert.equal(catchingUp("dev", started), undefined);
    assert.equal(catchingUp("local", started, Date.now() + 60_000), undefined);
  });
});
