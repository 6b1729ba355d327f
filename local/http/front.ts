import { randomUUID } from "node:crypto";
import { ConnectionDropped, type Dispatcher } from "../dispatch";
import { AwsError } from "../errors";
import type { CloudContext } from "../service";
import { collect } from "./body";
import { modelOf, type ServiceModel } from "./catalogue";
import type { Exchange } from "./exchange";
import { protocolOf } from "./protocols";
import type { Protocol } from "./protocols/protocol";
import { readRequest, type WireRequest } from "./request";
import { checkRequired } from "./required";
import { readSignature } from "./sigv4/signature";

/** What every request passes: who asks, for which operation, in which format; then the operation itself. */
export function front(dispatcher: Dispatcher, context: CloudContext): (exchange: Exchange) => void {
  return (exchange) => {
    serve(exchange, dispatcher, context).catch((error: unknown) => {
      if (!(error instanceof ConnectionDropped)) context.log(`http: ${describe(error)}`);
      exchange.drop();
    });
  };
}

async function serve(exchange: Exchange, dispatcher: Dispatcher, context: CloudContext): Promise<void> {
  const requestId = randomUUID();
  const request = readRequest(exchange);
  if (request.path === "/_local/health")
    return exchange.answer({
      status: 200,
      headers: { "content-type": "application/json" },
      body: '{"status":"ok"}',
    });
  let service: ServiceModel | undefined;
  let protocol: Protocol = protocolOf(request, undefined);
  try {
    const signature = readSignature(request);
    service = modelOf(signature.service);
    protocol = protocolOf(request, service);
    if (!service)
      throw new AwsError(
        "UnknownOperationException",
        `The embedded cloud has no service "${signature.service}"`,
        404,
      );
    return await exchange.answer(await carryOut(exchange, request, service, protocol, requestId, dispatcher));
  } catch (error) {
    if (error instanceof ConnectionDropped) throw error;
    const known = error instanceof AwsError ? error : undefined;
    if (!known) context.log(`${request.method} ${request.path}: ${describe(error)}`);
    return exchange.answer(protocol.fail(known ?? internalFailure(error), requestId, service));
  }
}

async function carryOut(
  exchange: Exchange,
  request: WireRequest,
  service: ServiceModel,
  protocol: Protocol,
  requestId: string,
  dispatcher: Dispatcher,
) {
  const signature = readSignature(request);
  const { caller } = dispatcher.identities().byAccessKey(signature.accessKeyId, signature.sessionToken);
  const begun = protocol.begin(request, service);
  exchange.proceed();
  const { operation, input } = begun.decode(begun.streaming ? exchange.body : await collect(exchange.body));
  checkRequired(operation.input, input);
  const output = await dispatcher.dispatch(service.name, operation.name, input, caller, request.headers);
  return protocol.encode(operation, output, requestId, service);
}

const internalFailure = (error: unknown): AwsError =>
  new AwsError("InternalFailure", error instanceof Error ? error.message : String(error), 500);

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
