import { randomUUID } from "node:crypto";
import { type Console, isForConsole } from "../console/server";
import type { DeniedCalls } from "../denied-calls";
import { ConnectionDropped, type Dispatcher } from "../dispatch";
import { AwsError, accessDenied, nestedTooDeeply } from "../errors";
import type { Regions } from "../regions";
import type { CloudContext, Identified } from "../service";
import { ADMIN_SERVICE, administer } from "./admin";
import { type BodyLimits, collect } from "./body";
import { modelOf, type ServiceModel } from "./catalogue";
import { isForDownload, serveDownload } from "./download";
import type { Answer, Exchange } from "./exchange";
import type { Gate } from "./gate";
import { checkGuessable, checkSender, isNavigation, sandboxed } from "./guard";
import { declaredHash, openPayload } from "./payload";
import { protocolOf } from "./protocols";
import { guessProtocol } from "./protocols/guess";
import type { Decoded, Protocol } from "./protocols/protocol";
import { readRequest, type WireRequest } from "./request";
import { sha256 } from "./sigv4/canonical";
import { readSignature, type Signature } from "./sigv4/signature";
import { verifySignature } from "./sigv4/verify";
import { isForSite, type PublishedSite, SITE_PATH, serveSite } from "./site";

export interface Limits {
  /** A request whose body stalls for this long is abandoned. */
  readonly idleMs: number;
  /** A connection without requests is closed after this time. */
  readonly idleConnectionMs: number;
  /** Limits of an S3 object or part, and of every other body. */
  readonly maxObjectBytes: number;
  readonly maxBytes: number;
}

const MIB = 1024 * 1024;

/** S3's limit for one PUT, and Lambda's 50 MB zip in base64, the largest of the other bodies. */
export const DEFAULT_LIMITS: Limits = {
  idleMs: 20_000,
  idleConnectionMs: 60_000,
  maxObjectBytes: 5 * 1024 * MIB,
  maxBytes: 72 * MIB,
};

export interface FrontOptions {
  readonly gate: Gate;
  /** The services that requests go to at present. */
  readonly instance: () => Served;
  readonly console: Console;
  /** The published folder that is served, if any. */
  readonly site: () => PublishedSite | undefined;
  readonly limits: Limits;
  readonly port: () => number;
}

/** The services that requests go to. */
interface Served {
  readonly context: CloudContext;
  readonly dispatcher: Dispatcher;
  readonly deniedCalls: DeniedCalls;
  readonly regions?: Pick<Regions, "dispatcherOf">;
}

/** What serves one request. */
interface Target extends Served {
  readonly console: Console;
  readonly site: () => PublishedSite | undefined;
  readonly limits: Limits;
  readonly port: () => number;
}

/** Serves requests: sender check, signature, protocol, operation, response. */
export function createFront({
  gate,
  instance,
  console,
  site,
  limits,
  port,
}: FrontOptions): (exchange: Exchange) => void {
  const targetOf = ({ context, dispatcher, deniedCalls, regions }: Served): Target => ({
    ...{ context, dispatcher, deniedCalls, console, site, limits, port },
    ...(regions && { regions }),
  });
  return (exchange) => {
    gate
      .pass(exchange, () => serve(exchange, targetOf(instance())))
      .catch((error: unknown) => {
        if (!(error instanceof ConnectionDropped)) instance().context.log(`http: ${describe(error)}`);
        exchange.drop();
      });
  };
}

async function serve(exchange: Exchange, options: Target): Promise<void> {
  const requestId = randomUUID();
  const request = readRequest(exchange);
  let signature: Signature | undefined;
  let service: ServiceModel | undefined;
  let protocol: Protocol | undefined;
  let answer: Answer;
  try {
    checkSender(request, options.port());
    if (request.path === "/_local/health") return await exchange.answer(health(options));
    if (isForConsole(request)) return await exchange.answer(await serveConsole(exchange, request, options));
    if (isForSite(request))
      return await exchange.answer(await serveSite(exchange, request, options.site(), options.dispatcher));
    if (isForDownload(request))
      return await exchange.answer(serveDownload(request, options.context.downloads));
    signature = readSignature(request);
    if (signature.service === ADMIN_SERVICE)
      return await exchange.answer(await serveAdmin(exchange, request, signature, options));
    service = modelOf(signature.service);
    if (!service) throw noService(signature.service);
    protocol = protocolOf(request, service);
    answer = await carryOut({ exchange, request, signature, service, protocol, requestId, options });
  } catch (error) {
    if (error instanceof ConnectionDropped) throw error;
    const failure = failureOf(error, signature?.service);
    if (failure.status >= 500 && !(error instanceof AwsError))
      logFailure(options.context, `${request.method} ${request.path}`, error);
    protocol ??= guessProtocol(request, signature?.service);
    answer = protocol.fail(failure, { request, requestId }, service);
  }
  await exchange.answer(isNavigation(request) ? sandboxed(answer) : answer);
}

const serveConsole = (exchange: Exchange, request: WireRequest, options: Target): Promise<Answer> =>
  options.console.serve(exchange, request, {
    context: options.context,
    dispatcher: options.dispatcher,
    deniedCalls: options.deniedCalls,
    port: options.port(),
    ...(options.site() && { siteUrl: SITE_PATH }),
    bodyLimits: bodyLimits(options.limits, false),
    objectLimits: bodyLimits(options.limits, true),
  });

async function serveAdmin(exchange: Exchange, request: WireRequest, signature: Signature, options: Target) {
  const { caller, secretAccessKey } = authenticate(request, signature, options);
  const body = await collect(exchange.body, bodyLimits(options.limits, false));
  verifySignature(request, signature, secretAccessKey, sha256(body), clocks(options));
  if (caller.role) throw accessDenied(caller.arn, "local:Administer", request.path);
  return administer(request, body, options.context.faults);
}

function authenticate(request: WireRequest, signature: Signature, { dispatcher }: Target): Identified {
  const found = dispatcher.identities().byAccessKey(signature.accessKeyId, signature.sessionToken);
  if (found.guessable) checkGuessable(request);
  return found;
}

const health = ({ context }: Target): Answer => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({
    status: "running",
    time: new Date(context.clock.now()).toISOString(),
    region: context.region,
  }),
});

interface Request {
  readonly exchange: Exchange;
  readonly request: WireRequest;
  readonly signature: Signature;
  readonly service: ServiceModel;
  readonly protocol: Protocol;
  readonly requestId: string;
  readonly options: Target;
}

async function carryOut(call: Request): Promise<Answer> {
  const { service, protocol, requestId, options } = call;
  const { caller, secretAccessKey } = authenticate(call.request, call.signature, options);
  const read = service.protocol === "rest-xml" ? readVerified : readWhole;
  const { operation, input, request } = await read(call, secretAccessKey);
  const { region } = call.signature;
  const dispatcher = (await options.regions?.dispatcherOf(region, service.name)) ?? options.dispatcher;
  const output = await dispatcher.dispatch(service.name, operation.name, input, caller, {
    headers: request.headers,
    ...(region !== "" && { region }),
    requestId,
  });
  return protocol.encode(operation, output, { request: call.request, requestId }, service);
}

type DecodedRequest = Decoded & { readonly request: WireRequest };

/** Reads the whole body first, because the signature covers it. */
async function readWhole(call: Request, secret: string): Promise<DecodedRequest> {
  const { exchange, request, signature, service, protocol, options } = call;
  exchange.proceed();
  const body = await collect(exchange.body, bodyLimits(options.limits, false));
  verifySignature(request, signature, secret, sha256(body), clocks(options));
  return { ...protocol.begin(request, service).decode(body), request };
}

/** Verifies the signature before the body: S3 signs headers that contain the hash of the body. */
async function readVerified(call: Request, secret: string): Promise<DecodedRequest> {
  const { exchange, request, signature, service, protocol, options } = call;
  verifySignature(request, signature, secret, declaredHash(request, signature), clocks(options));
  const begun = protocol.begin(request, service);
  exchange.proceed();
  const opened = await openPayload({
    request,
    source: exchange.body,
    signature,
    secret,
    ...begun,
    limits: bodyLimits(options.limits, begun.streaming),
  });
  return { ...begun.decode(opened.body, opened.request), request: opened.request };
}

/** Clients sign with the real time, functions inside the cloud with the simulated time. */
const clocks = ({ context }: Target): readonly number[] => [Date.now(), context.clock.now()];

const bodyLimits = ({ idleMs, maxBytes, maxObjectBytes }: Limits, object: boolean): BodyLimits => ({
  idleMs,
  maxBytes: object ? maxObjectBytes : maxBytes,
});

const noService = (name: string): AwsError =>
  new AwsError("NotImplementedException", `The embedded cloud has no service "${name}"`, 501);

function failureOf(error: unknown, service: string | undefined): AwsError {
  if (error instanceof AwsError) return error;
  // V8's error for a stack overflow, which only the recursion over an input causes.
  if (error instanceof RangeError && error.message === "Maximum call stack size exceeded")
    return nestedTooDeeply(service);
  return new AwsError("InternalFailure", error instanceof Error ? error.message : String(error), 500);
}

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** Clients repeat calls that fail while the disk is full, so this is logged once in a while. */
const DISK_ERROR_EVERY_MS = 10_000;
const diskErrorAt = new WeakMap<CloudContext, number>();

function logFailure(context: CloudContext, request: string, error: unknown): void {
  const { code = "", message = "" } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  const isDiskError = ["ENOSPC", "EDQUOT", "EROFS"].includes(code);
  const now = Date.now();
  if (isDiskError && now - (diskErrorAt.get(context) ?? 0) < DISK_ERROR_EVERY_MS) return;
  if (isDiskError) diskErrorAt.set(context, now);
  context.log(`${request}: ${isDiskError ? message : describe(error)}`);
}
