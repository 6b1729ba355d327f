import { AwsError } from "../../errors";
import type { ServiceModel } from "../catalogue";
import { eventStream } from "../codecs/event-stream";
import { jsonCodec } from "../codecs/json";
import { serializationError } from "../codecs/values";
import type { Answer } from "../exchange";
import { header, type WireRequest } from "../request";
import { jsonTypeOf } from "./codes";
import { messageOf, typeOf } from "./error-types";
import type { Protocol, RequestInfo } from "./protocol";

const codec = jsonCodec({ useJsonName: false });

/** AWS JSON 1.0 and 1.1: X-Amz-Target names the operation; input and output are JSON bodies. */
export const jsonRpc: Protocol = {
  begin: (request, service) => ({
    streaming: false,
    checksummed: false,
    decode: (body) => {
      const operation = operationOf(request, service);
      return { operation, input: codec.reader(operation.input)(parse(body as Uint8Array)) as object };
    },
  }),
  encode: (operation, output, { request, requestId }) => {
    const headers = { "content-type": contentType(request), "x-amzn-requestid": requestId };
    const events = operation.output.getEventStreamMember();
    if (events)
      return {
        status: 200,
        headers: { ...headers, "content-type": "application/vnd.amazon.eventstream" },
        body: eventStream(codec, operation.output, events, output),
      };
    const empty = operation.output.isUnitSchema();
    return {
      status: 200,
      headers,
      body: empty ? "" : JSON.stringify(codec.writer(operation.output)(output)),
    };
  },
  fail,
};

/** The version that the client uses, 1.0 or 1.1. */
const contentType = (request: WireRequest): string =>
  header(request, "content-type")?.split(";")[0]?.trim() || "application/x-amz-json-1.1";

function operationOf(request: WireRequest, service: ServiceModel) {
  const name = header(request, "x-amz-target")?.split(".").at(-1) ?? "";
  const operation = service.operation(name);
  if (!operation)
    throw new AwsError("UnknownOperationException", `${service.name} has no operation "${name}"`);
  return operation;
}

export function parse(body: Uint8Array): unknown {
  if (body.byteLength === 0) return {};
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8"));
  } catch {
    throw serializationError("The request body is not valid JSON");
  }
}

/**
 * AWS answers AccessDenied and refused signatures with status 400 in this protocol ("Common Error Types" in the API
 * references of Kinesis, DynamoDB and KMS). SQS and CloudWatch keep the statuses of the query protocol.
 */
const statusOf = ({ status }: AwsError, queryCompatible: boolean): number =>
  !queryCompatible && (status === 401 || status === 403) ? 400 : status;

function fail(
  error: AwsError,
  { request, requestId }: RequestInfo,
  service: ServiceModel | undefined,
): Answer {
  const model = service?.error(error.code);
  const code = model?.name ?? (service?.name === "sqs" ? jsonTypeOf(error.code) : error.code);
  const details = model ? (codec.writer(model.schema)(error.details) as object) : error.details;
  const queryCode = model?.queryCode ?? error.code;
  const queryCompatible = service?.protocol === "query" || service?.name === "sqs";
  return {
    status: statusOf(error, queryCompatible),
    headers: {
      "content-type": contentType(request),
      "x-amzn-requestid": requestId,
      "x-amzn-errortype": code,
      ...(queryCompatible
        ? { "x-amzn-query-error": `${queryCode};${error.status < 500 ? "Sender" : "Receiver"}` }
        : {}),
    },
    body: JSON.stringify({
      __type: typeOf(code, service?.name),
      ...details,
      ...messageOf(error, service?.name),
    }),
  };
}
