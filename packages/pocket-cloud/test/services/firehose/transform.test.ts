import { strict as assert } from "node:assert";
import { PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import { zipSync } from "fflate";
import { create, type Lab, lab, objects, ROLE } from "./cloud";

const ARN = "arn:aws:lambda:us-east-1:000000000000:function:transform";

/** Transforms each record as its text says. */
const HANDLER = `
exports.handler = async (event) => {
  const records = event.records.map(({ recordId, data, approximateArrivalTimestamp }) => {
    const text = Buffer.from(data, "base64").toString();
    const ok = (to) => ({ recordId, result: "Ok", data: Buffer.from(to).toString("base64") });
    if (text === "crash") throw new Error("as asked");
    if (text === "drop") return { recordId, result: "Dropped", data };
    if (text === "fail") return { recordId, result: "ProcessingFailed", data };
    if (text === "lose") return { ...ok("lost"), recordId: "unknown" };
    if (text === "key") return { ...ok("keyed"), metadata: { partitionKeys: { part: "p1" } } };
    if (text === "time") return ok(String(approximateArrivalTimestamp));
    return ok(text.toUpperCase());
  });
  return { records };
};`;

describe("Firehose transformation", () => {
  let at: Lab;
  before(async () => {
    at = await lab();
    const ZipFile = zipSync({ "index.js": Buffer.from(HANDLER) });
    await at.cloud.call(
      "lambda",
      "CreateFunction",
      {
        FunctionName: "transform",
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Role: ROLE,
        Code: { ZipFile },
      },
      at.cloud.administrator,
    );
  });
  after(() => at.end());

  let stream = 0;
  /** Delivers records through a new delivery stream and returns the text under its prefix by folder. */
  const deliver = async (records: string[], prefix = "data/", dynamic = false) => {
    const name = `s${++stream}`;
    await create(
      at,
      {
        Prefix: `${name}/${prefix}!{timestamp:yyyy}/`,
        ErrorOutputPrefix: `${name}/errors/!{firehose:error-output-type}/`,
        ProcessingConfiguration: {
          Enabled: true,
          Processors: [{ Type: "Lambda", Parameters: [{ ParameterName: "LambdaArn", ParameterValue: ARN }] }],
        },
        ...(dynamic && {
          DynamicPartitioningConfiguration: { Enabled: true },
          BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
        }),
      },
      { DeliveryStreamName: name },
    );
    await at.firehose.send(
      new PutRecordBatchCommand({
        DeliveryStreamName: name,
        Records: records.map((text) => ({ Data: Buffer.from(text) })),
      }),
    );
    await at.cloud.flush();
    const found: Record<string, string> = {};
    for (const [key, text] of Object.entries(await objects(at)))
      if (key.startsWith(`${name}/`)) found[key.slice(name.length + 1, key.lastIndexOf("/"))] = text;
    return found;
  };
  const errors = (text = "") =>
    text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .map(({ errorCode, rawData, lambdaArn, attemptsMade }) => ({
        errorCode,
        raw: Buffer.from(rawData, "base64").toString(),
        lambdaArn,
        attemptsMade,
      }));

  it("delivers transformed records, without dropped ones", async () => {
    assert.deepEqual(await deliver(["a", "drop", "b"]), { "data/2026": "AB" });
  });

  it("sends failed and missing records to the error prefix, each with its reason", async () => {
    const found = await deliver(["a", "fail", "lose"]);
    assert.equal(found["data/2026"], "A");
    assert.deepEqual(errors(found["errors/processing-failed"]), [
      { errorCode: "Lambda.ProcessingFailedStatus", raw: "fail", lambdaArn: ARN, attemptsMade: 1 },
      { errorCode: "Lambda.MissingRecordId", raw: "lose", lambdaArn: ARN, attemptsMade: 1 },
    ]);
  });

  it("sends all records of a batch to the error prefix after three failed retries", async () => {
    const found = await deliver(["a", "crash"]);
    assert.equal(found["data/2026"], undefined);
    assert.deepEqual(errors(found["errors/processing-failed"]), [
      { errorCode: "Lambda.FunctionError", raw: "a", lambdaArn: ARN, attemptsMade: 4 },
      { errorCode: "Lambda.FunctionError", raw: "crash", lambdaArn: ARN, attemptsMade: 4 },
    ]);
  });

  it("passes the arrival time to the function", async () => {
    assert.deepEqual(await deliver(["time"]), { "data/2026": String(at.cloud.clock.now()) });
  });

  it("partitions by keys that the function returns; records without keys fail", async () => {
    const found = await deliver(["key", "a"], "!{partitionKeyFromLambda:part}/", true);
    assert.equal(found["p1/2026"], "keyed");
    assert.deepEqual(
      errors(found["errors/processing-failed"]).map(({ raw }) => raw),
      ["A"],
    );
  });

  it("postpones delivery while the function is throttled", async () => {
    at.cloud.faults.set([
      {
        service: "lambda",
        operation: "Invoke",
        fault: { kind: "error", code: "TooManyRequestsException", status: 429 },
        times: 2,
      },
    ]);
    const before = await deliver(["a"]);
    assert.deepEqual(before, {});
    await at.cloud.clock.advanceTo(at.cloud.clock.now() + 120_000);
    const all = Object.entries(await objects(at)).filter(([key]) => key.startsWith(`s${stream}/`));
    assert.deepEqual(
      all.map(([, text]) => text),
      ["A"],
    );
  });
});
