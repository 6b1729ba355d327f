import { strict as assert } from "node:assert";
import type { NormalizedSchema } from "@smithy/core/schema";
import fc from "fast-check";
import { modelOf, type OperationModel } from "../../http/catalogue";
import { protocolOf } from "../../http/protocols";
import { readRequest } from "../../http/request";
import type { ServiceName } from "../../models";
import { plain, roundTrip, serviceNames } from "./sdk";
import { valuesOf } from "./shapes";

/** Members the client fills in, checks or consumes by itself, so that it does not send what it was given. */
const CLIENTS_OWN: Readonly<Partial<Record<ServiceName, RegExp>>> = {
  s3: /^(SSECustomerKey|CopySourceSSECustomerKey|SSECustomerKeyMD5|CopySourceSSECustomerKeyMD5|ChecksumAlgorithm|ChecksumMode|ContentMD5|Expires|ExpiresString)$/,
  sqs: /^MD5Of/,
};

/** Operations whose calls the client changes more deeply: checksums over bodies, streams of events, own protocols. */
const CLIENTS_AFFAIR: Readonly<Partial<Record<ServiceName, readonly string[]>>> = {
  glue: ["SearchAssets"],
  lambda: ["InvokeWithResponseStream", "SendDurableExecutionCallbackFailure", "StopDurableExecution"],
  kinesis: ["SubscribeToShard"],
  logs: ["GetLogObject", "StartLiveTail"],
  s3: [
    ...[
      "GetObject",
      "GetObjectAnnotation",
      "GetObjectTorrent",
      "HeadObject",
      "PutObject",
      "PutObjectAnnotation",
      "UploadPart",
    ],
    "CopyObject",
    "UploadPartCopy",
    "CompleteMultipartUpload",
    "SelectObjectContent",
    "WriteGetObjectResponse",
    "CreateSession",
  ],
  sqs: ["SendMessage", "SendMessageBatch", "ReceiveMessage"],
};

const cut = (service: ServiceName) => (member: string, schema: NormalizedSchema) =>
  (schema.isStreaming() && schema.isStructSchema()) || Boolean(CLIENTS_OWN[service]?.test(member));

function cases(service: ServiceName, operation: OperationModel, seed: number) {
  const shape = { without: cut(service), emptyStructures: modelOf(service)?.protocol !== "query" };
  const both = fc.tuple(valuesOf(operation.input, shape), valuesOf(operation.output, shape));
  return fc.sample(both, { numRuns: 1, seed }) as [object, object][];
}

describe("Wire codecs against the SDK's own", () => {
  for (const service of serviceNames) {
    it(`encode and decode every operation of ${service}`, async () => {
      const failures: string[] = [];
      for (const operation of modelOf(service)?.operations() ?? []) {
        if (CLIENTS_AFFAIR[service]?.includes(operation.name)) continue;
        for (const [input, output] of cases(service, operation, 20261120)) {
          try {
            const got = await roundTrip(service, operation, input, output);
            assert.equal(got.decoded?.operation, operation.name);
            assert.deepEqual(await plain(got.decoded?.input), await plain(input));
            assert.deepEqual(await plain(got.output), await plain(output));
          } catch (error) {
            failures.push(`${operation.name}: ${error instanceof Error ? error.message : error}`);
          }
        }
      }
      assert.deepEqual(failures, []);
    });
  }

  it("read the query form of a service whose SDK client speaks JSON", async () => {
    const model = modelOf("monitoring");
    assert.ok(model);
    const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
    const request = readRequest({ method: "POST", target: "/", headers });
    const form =
      "Action=PutMetricData&Version=2010-08-01&Namespace=a%2Fb&MetricData.member.1.MetricName=m" +
      "&MetricData.member.1.Dimensions.member.1.Name=d&MetricData.member.1.Dimensions.member.1.Value=x+y" +
      "&MetricData.member.1.Value=1.5&MetricData.member.1.Timestamp=2026-11-20T00%3A00%3A00Z";
    const { operation, input } = protocolOf(request, model).begin(request, model).decode(Buffer.from(form));
    assert.equal(operation.name, "PutMetricData");
    assert.deepEqual(input, {
      Namespace: "a/b",
      MetricData: [
        {
          MetricName: "m",
          Dimensions: [{ Name: "d", Value: "x y" }],
          Value: 1.5,
          Timestamp: new Date("2026-11-20T00:00:00Z"),
        },
      ],
    });
  });
});
