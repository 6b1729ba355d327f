import { strict as assert } from "node:assert";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { interruptible } from "../../tools/kit/interrupt";
import { type Outcome, runCommand } from "./support/command";
import { lakeAnswers, smallResult } from "./support/lake";
import { type Answer, type AwsCall, type ScriptedAws, scriptedAws } from "./support/scripted-aws";

const movers = ["top-movers", "--since", "2026-03-01T12:00Z"];

/** Endless rows. */
async function* endless(): AsyncGenerator<string> {
  yield '"place","coin_id","change_pct"\n';
  for (;;) {
    yield '"1","bitcoin","1.5"\n'.repeat(100);
    await sleep(1);
  }
}

const large = (call: AwsCall): Answer => {
  if (call.operation === "GetQueryResults") return { output: { ...smallResult, NextToken: "more" } };
  if (call.operation === "GET /results/q1.csv") return { body: endless() };
  const answer = lakeAnswers()(call);
  if (call.operation !== "GetQueryExecution" || !("output" in answer)) return answer;
  const { QueryExecution } = answer.output as { QueryExecution: object };
  const ResultConfiguration = { OutputLocation: "s3://results/q1.csv" };
  return { output: { QueryExecution: { ...QueryExecution, ResultConfiguration } } };
};

describe("Ctrl-C", () => {
  let aws: ScriptedAws | undefined;
  let stateDir = "";
  beforeEach(() => {
    stateDir = mkdtempSync(join(tmpdir(), "report-"));
  });
  afterEach(async () => {
    await aws?.close();
    rmSync(stateDir, { recursive: true });
  });
  /** Aborts when an operation is called. */
  const interrupted = async (
    at: string,
    answer: (call: AwsCall) => Answer | Promise<Answer>,
    args: readonly string[] = movers,
    more: Parameters<typeof runCommand>[2] = {},
  ): Promise<Outcome> => {
    const pressed = new AbortController();
    aws = await scriptedAws((call) => {
      if (call.operation === at) setTimeout(() => pressed.abort(), 20);
      return answer(call);
    });
    return runCommand(args, aws.endpoint, { stateDir, signal: pressed.signal, ...more });
  };
  const operations = () => (aws?.calls ?? []).map(({ operation }) => operation);

  it("stops the estimate and starts no query", async () => {
    const outcome = await interrupted("GET /lake/", async (call) => {
      if (call.operation === "GET /lake/") await sleep(60_000, undefined, { ref: false });
      return lakeAnswers()(call);
    });
    assert.deepEqual([outcome.code, outcome.stdout, outcome.stderr], [130, "", "stopped\n"]);
    assert.ok(!operations().includes("StartQueryExecution"));
  });

  it("records the bytes that the stopped query had scanned", async () => {
    await interrupted("GetQueryExecution", (call) =>
      call.operation === "StopQueryExecution"
        ? { output: {} }
        : lakeAnswers({
            state: operations().includes("StopQueryExecution") ? "CANCELLED" : "RUNNING",
          })(call),
    );
    const { stdout } = await runCommand(["history", "--format", "json"], aws?.endpoint ?? "", { stateDir });
    assert.deepEqual(
      JSON.parse(stdout).map((row: Record<string, unknown>) => [
        row.report,
        row.not_succeeded,
        row.scanned_bytes,
      ]),
      [["crypto/top-movers", 1, 25_165_824]],
    );
  });

  it("says when the query could not be stopped", async () => {
    const { code, stderr } = await interrupted("GetQueryExecution", (call) =>
      call.operation === "StopQueryExecution"
        ? { error: "AccessDeniedException", message: "not authorized to perform athena:StopQueryExecution" }
        : lakeAnswers({ state: "RUNNING" })(call),
    );
    assert.equal(code, 130);
    assert.match(
      stderr,
      /^interrupted, but query q1 may go on, since it could not be stopped: not authorized/,
    );
  });

  it("stops a result that is written to a pipe", async () => {
    const pressed = new AbortController();
    let written = "";
    const stdout = {
      isTTY: false,
      write: async (text: string) => {
        written += text;
        if (written.includes("bitcoin")) pressed.abort();
      },
    };
    aws = await scriptedAws(large);
    const context = { stateDir, stdout, signal: pressed.signal };
    const { code, stderr } = await runCommand(movers, aws.endpoint, context);
    assert.deepEqual([code, stderr], [130, "stopped\n"]);
    assert.match(written, /^place,coin_id,change_pct\n1,bitcoin,1\.5\n/);
  });

  it("stops a result that is written to a file, and removes the file", async () => {
    const pressed = new AbortController();
    const out = join(stateDir, "out");
    aws = await scriptedAws(large);
    const args = [...movers, "--out", join(out, "movers.csv")];
    const running = runCommand(args, aws.endpoint, { stateDir, signal: pressed.signal });
    while (!existsSync(out) || readdirSync(out).length === 0) await sleep(5);
    pressed.abort();
    const { code, stderr } = await running;
    assert.deepEqual([code, stderr], [130, "stopped\n"]);
    assert.deepEqual(readdirSync(out), []);
  });
});

describe("A service that does not answer in time", () => {
  it("is called once and reported as unreachable", async () => {
    const aws = await scriptedAws(async () => {
      await sleep(60_000, undefined, { ref: false });
      return { output: {} };
    });
    try {
      const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
      const { code, stderr } = await runCommand(movers, aws.endpoint, {
        connection: { endpoint: aws.endpoint, region: "us-east-1", credentials: keys, requestTimeout: 100 },
      });
      assert.equal(code, 1);
      assert.match(stderr, /^cannot reach http:\/\/127\.0\.0\.1:\d+: start it/);
      assert.deepEqual(aws.received, ["GetTable"]);
    } finally {
      await aws.close();
    }
  });

  it("does not warn about many calls in progress that listen to the signal", async () => {
    const warnings: string[] = [];
    const record = ({ name }: Error) => warnings.push(name);
    process.on("warning", record);
    await interruptible(async (signal) => {
      for (let call = 0; call < 50; call++) signal.addEventListener("abort", () => call);
      await sleep(10);
    });
    process.off("warning", record);
    assert.deepEqual(warnings, []);
  });
});
