import { AwsError } from "../../../errors";
import type { Lambda, LambdaOperation } from "../operation";
import { ofQualified } from "../operation";
import { versionOf } from "../runtime/runtime";
import { parseName } from "../store";

const LARGEST_SYNCHRONOUS = 6 * 1024 * 1024;
const LARGEST_EVENT = 1024 * 1024;

export const invoke = (lambda: Lambda): LambdaOperation<"Invoke"> => ({
  rules: {
    InvocationType: { oneOf: ["Event", "RequestResponse", "DryRun"] },
    LogType: { oneOf: ["None", "Tail"] },
  },
  actions: ["lambda:InvokeFunction"],
  resources: ofQualified(lambda),
  run: async (input) => {
    const record = lambda.store.find(input.FunctionName);
    const version = input.Qualifier ?? parseName(input.FunctionName).qualifier;
    versionOf(record, version);
    const type = input.InvocationType ?? "RequestResponse";
    const payload = payloadOf(
      input.Payload as Uint8Array | undefined,
      type === "Event" ? LARGEST_EVENT : LARGEST_SYNCHRONOUS,
    );
    if (type === "DryRun") return { StatusCode: 204 };
    if (type === "Event") {
      lambda.asynchronous.accept(record, payload, version);
      return { StatusCode: 202 };
    }
    const clientContext = input.ClientContext && contextOf(input.ClientContext);
    const invoked = await lambda.runtime.invoke(record, {
      payload,
      ...(version && { version }),
      ...(clientContext !== undefined && { clientContext }),
    });
    return {
      StatusCode: 200,
      ExecutedVersion: invoked.version,
      // The SDK decorates received payloads with a text reader; on this side they are bytes.
      Payload: Buffer.from(invoked.payload) as never,
      ...(invoked.failed && { FunctionError: "Unhandled" }),
      ...(input.LogType === "Tail" && { LogResult: tailOf(invoked.lines) }),
    };
  },
});

const tailOf = (lines: readonly string[]): string =>
  Buffer.from(`${lines.join("\n")}\n`)
    .subarray(-4096)
    .toString("base64");

function payloadOf(bytes: Uint8Array | undefined, limit: number): string {
  if (!bytes || bytes.byteLength === 0) return "{}";
  if (bytes.byteLength > limit)
    throw new AwsError(
      "RequestTooLargeException",
      `${bytes.byteLength} byte payload is too large for the ${limit === LARGEST_EVENT ? "Event" : "RequestResponse"} invocation type (limit ${limit} bytes)`,
      413,
    );
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  try {
    JSON.parse(text);
  } catch (error) {
    throw new AwsError(
      "InvalidRequestContentException",
      `Could not parse request body into json: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return text;
}

function contextOf(base64: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64, "base64").toString("utf8"));
  } catch {
    throw new AwsError(
      "InvalidRequestContentException",
      "Client context must be a valid Base64-encoded JSON object.",
    );
  }
}
