import { AwsError } from "../../errors";
import type { OperationModel, ServiceModel } from "../catalogue";
import { bindingsOf, readBound, writeBound } from "../codecs/bindings";
import { jsonCodec } from "../codecs/json";
import type { Answer, Body } from "../exchange";
import type { WireRequest } from "../request";
import { parse } from "./json-rpc";
import type { Protocol, RequestInfo } from "./protocol";
import { match, type Route, routeOf } from "./routes";

const codec = jsonCodec({ useJsonName: true });
const routes = new Map<ServiceModel, readonly Route[]>();

/** REST-JSON: method and path name the operation; members are in labels, query, headers and a JSON body. */
export const restJson: Protocol = {
  begin: (request, service) => ({
    streaming: false,
    checksummed: false,
    decode: (body) => {
      const { operation, labels } = find(request, service);
      const input = readBound(operation, request, labels);
      readBody(operation, body as Uint8Array, input);
      return { operation, input };
    },
  }),
  encode,
  fail: (error, { requestId }, service) => {
    const model = service?.error(error.code);
    const details = model ? (codec.writer(model.schema)(error.details) as object) : error.details;
    return {
      status: error.status,
      headers: {
        "content-type": "application/json",
        "x-amzn-requestid": requestId,
        "x-amzn-errortype": error.code,
      },
      body: JSON.stringify({
        ...details,
        ...(model && typeMember(model.schema) ? { Type: error.status < 500 ? "User" : "Server" } : {}),
        message: error.message,
        Message: error.message,
      }),
    };
  },
};

const withoutQuery = (route: Route): Route => ({ ...route, neededQuery: [] });

function find(request: WireRequest, service: ServiceModel) {
  let table = routes.get(service);
  if (!table) {
    table = service.operations().flatMap((operation) => routeOf(operation) ?? []);
    routes.set(service, table);
  }
  const path = request.path.replace(/\/+$/, "");
  // A query parameter that is missing is the operation's matter (recorded by LocalStack's test_tag_exceptions).
  const found = match(table, request, path) ?? match(table.map(withoutQuery), request, path);
  if (!found)
    throw new AwsError(
      "UnknownOperationException",
      `${service.name} has no ${request.method} ${request.path}`,
      404,
    );
  return found;
}

function readBody(operation: OperationModel, content: Uint8Array, input: Record<string, unknown>): void {
  const { payload, body } = bindingsOf(operation.input);
  if (payload?.schema.isBlobSchema()) {
    if (content.byteLength > 0) input[payload.name] = content;
  } else if (payload) {
    if (content.byteLength > 0) input[payload.name] = codec.reader(payload.schema)(parse(content));
  } else if (body.length > 0) Object.assign(input, codec.reader(operation.input)(parse(content)));
}

function encode(operation: OperationModel, output: object, { requestId }: RequestInfo): Answer {
  const members = output as Record<string, unknown>;
  const { headers, status } = writeBound(operation, members);
  const { payload, body } = bindingsOf(operation.output);
  const answer = (type: string, content?: Body): Answer => ({
    status,
    headers: { "content-type": type, ...headers, "x-amzn-requestid": requestId },
    ...(content !== undefined && { body: content }),
  });
  if (payload) {
    const value = members[payload.name];
    if (value === undefined || value === null) return answer("application/json");
    if (payload.schema.isBlobSchema())
      return answer(headers["content-type"] ?? "application/json", value as Body);
    return answer("application/json", JSON.stringify(codec.writer(payload.schema)(value)));
  }
  if (body.length === 0 || status === 204)
    return answer("application/json", status === 204 ? undefined : "{}");
  const content = Object.fromEntries(body.map(({ name }) => [name, members[name]]));
  return answer("application/json", JSON.stringify(codec.writer(operation.output)(content)));
}

const typeMember = (schema: OperationModel["input"]): boolean =>
  schema.isStructSchema() && "Type" in schema.getMemberSchemas();
