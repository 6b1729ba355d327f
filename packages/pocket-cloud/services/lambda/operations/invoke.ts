import { AwsError } from "../../../errors";
import { errorText } from "../../shared/error-text";
import { checkPlace, type Make, qualifierOf } from "../operation";
import { parseName } from "../store";
import { versionOf } from "../versions";

const SYNCHRONOUS_LIMIT = 6 * 1024 * 1024;
const EVENT_LIMIT = 1024 * 1024;

export const Invoke: Make<"Invoke"> = (lambda) => ({
  actions: ["lambda:InvokeFunction"],
  // A right to invoke the unqualified ARN does not include qualified ARNs, nor the reverse.
  resources: (input) => {
    checkPlace(input, lambda.cloud);
    const qualifier = qualifierOf(input);
    const arn = lambda.store.arn(parseName(input.FunctionName).name);
    return [qualifier ? `${arn}:${qualifier}` : arn];
  },
  run: async (input) => {
    const version = qualifierOf(input);
    const record = lambda.store.find(input.FunctionName, version);
    versionOf(record, version);
    const type = input.InvocationType ?? "RequestResponse";
    const payload = payloadOf(
      input.Payload as Uint8Array | undefined,
      type === "Event" ? EVENT_LIMIT : SYNCHRONOUS_LIMIT,
    );
    if (type === "DryRun") return { StatusCode: 204 };
    if (type === "Event") {
      lambda.asynchronous.accept(record, payload, version);
      return { StatusCode: 202 };
    }
    const clientContext = input.ClientContext && contextOf(input.ClientContext);
    const invoked = await lambda.runtime.invoke(record, { payload, version, clientContext });
    return {
      StatusCode: 200,
      ExecutedVersion: invoked.version,
      // The SDK's type describes a payload as clients receive it, with methods; here it is plain bytes.
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
      `${bytes.byteLength} byte payload is too large for the ${limit === EVENT_LIMIT ? "Event" : "RequestResponse"} invocation type (limit ${limit} bytes)`,
      413,
    );
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  try {
    JSON.parse(text);
  } catch (error) {
    throw new AwsError(
      "InvalidRequestContentException",
      `Could not parse request body into json: ${errorText(error)}`,
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
