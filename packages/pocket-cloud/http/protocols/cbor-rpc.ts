import { CborCodec } from "@smithy/core/cbor";
import { NumericValue } from "@smithy/core/serde";
import { AwsError } from "../../errors";
import { serializationError } from "../codecs/values";
import type { Protocol } from "./protocol";

const codec = new CborCodec();
/** smithy.api#Document, the schema of errors that no model describes. */
const DOCUMENT = 15;
const HEADERS = { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" };
const PATH = /\/service\/[^/]+\/operation\/([^/]+)$/;

/** Smithy RPC v2 over CBOR. The path names the operation. */
export const cborRpc: Protocol = {
  begin: (request, service) => ({
    streaming: false,
    checksummed: false,
    decode: (body) => {
      const operation = service.operation(PATH.exec(request.path)?.[1] ?? "");
      if (!operation)
        throw new AwsError("UnknownOperationException", `${service.name} has no ${request.path}`, 404);
      const bytes = body as Uint8Array;
      if (operation.input.isUnitSchema() || bytes.byteLength === 0) return { operation, input: {} };
      return { operation, input: read(operation.input, bytes) };
    },
  }),
  encode: (operation, output, { requestId }) => ({
    status: 200,
    headers: { ...HEADERS, "x-amzn-requestid": requestId },
    body: write(operation.output.isUnitSchema() ? DOCUMENT : operation.output, output),
  }),
  fail: (error, { requestId }, service) => {
    const model = service?.error(error.code);
    const code = model?.name ?? error.code;
    return {
      status: error.status,
      headers: {
        ...HEADERS,
        "x-amzn-requestid": requestId,
        "x-amzn-query-error": `${model?.queryCode ?? error.code};${error.status < 500 ? "Sender" : "Receiver"}`,
      },
      body: write(DOCUMENT, {
        __type: code,
        ...error.details,
        // An error without a text has no member for it (recorded by LocalStack's test_set_alarm_invalid_input).
        ...(error.message !== "" && { message: error.message, Message: error.message }),
      }),
    };
  },
};

function read(schema: Parameters<typeof write>[0], bytes: Uint8Array): object {
  let input: object;
  try {
    input = codec.createDeserializer().read(schema as never, bytes) as object;
  } catch {
    throw serializationError("The request body is not valid CBOR");
  }
  checkPrototypes(input);
  return input;
}

/** Refuses the key "__proto__": the SDK's decoder assigns it, which changes the prototype of the map. */
function checkPrototypes(value: unknown): void {
  const isScalar = typeof value !== "object" || value === null;
  if (isScalar || value instanceof Date || ArrayBuffer.isView(value) || value instanceof NumericValue) return;
  if (![Object.prototype, Array.prototype, null].includes(Object.getPrototypeOf(value)))
    throw serializationError('A key named "__proto__" cannot be read from CBOR');
  for (const inner of Object.values(value)) checkPrototypes(inner);
}

function write(schema: unknown, value: object): Uint8Array {
  const serializer = codec.createSerializer();
  serializer.write(schema as never, value);
  return serializer.flush() as Uint8Array;
}
