import { Readable } from "node:stream";
import { HttpResponse } from "@smithy/core/transport";
import { modelOf, type OperationModel } from "../../http/catalogue";
import { protocolOf } from "../../http/protocols";
import { readRequest } from "../../http/request";
import type { ServiceName } from "../../models";

interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

interface Answering {
  answer(request: SdkRequest): Promise<{ response: HttpResponse }>;
}

interface SdkClient {
  send(command: object, options: Answering): Promise<Record<string, unknown>>;
}

type Sdk = Readonly<Record<string, new (options: object) => SdkClient>>;

const packages: Readonly<Record<ServiceName, () => object>> = {
  athena: () => require("@aws-sdk/client-athena"),
  budgets: () => require("@aws-sdk/client-budgets"),
  dynamodb: () => require("@aws-sdk/client-dynamodb"),
  firehose: () => require("@aws-sdk/client-firehose"),
  glue: () => require("@aws-sdk/client-glue"),
  iam: () => require("@aws-sdk/client-iam"),
  kinesis: () => require("@aws-sdk/client-kinesis"),
  kms: () => require("@aws-sdk/client-kms"),
  lambda: () => require("@aws-sdk/client-lambda"),
  logs: () => require("@aws-sdk/client-cloudwatch-logs"),
  monitoring: () => require("@aws-sdk/client-cloudwatch"),
  s3: () => require("@aws-sdk/client-s3"),
  scheduler: () => require("@aws-sdk/client-scheduler"),
  secretsmanager: () => require("@aws-sdk/client-secrets-manager"),
  sns: () => require("@aws-sdk/client-sns"),
  sqs: () => require("@aws-sdk/client-sqs"),
  ssm: () => require("@aws-sdk/client-ssm"),
  sts: () => require("@aws-sdk/client-sts"),
};

/** Two clients speak to DynamoDB: the second has the operations of its streams. */
function sdkOf(service: ServiceName, { name }: OperationModel): Sdk {
  const sdk = packages[service]() as Sdk;
  return `${name}Command` in sdk ? sdk : (require("@aws-sdk/client-dynamodb-streams") as Sdk);
}

export const serviceNames = Object.keys(packages) as ServiceName[];

const SETTINGS = {
  region: "us-east-1",
  endpoint: "http://127.0.0.1:1",
  forcePathStyle: true,
  useAccountIdEndpoint: false,
  maxAttempts: 1,
  credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" },
  requestHandler: { handle: (request: SdkRequest, { answer }: Answering) => answer(request) },
};

const clients = new Map<Sdk, SdkClient>();

/** Sends an input with the SDK's client. A new client for each call would take as long as the call. */
function send(
  sdk: Sdk,
  operation: OperationModel,
  input: object,
  answer: Answering["answer"],
): Promise<Record<string, unknown>> {
  const Client = named(sdk, (name) => name.endsWith("Client") && name !== "__Client");
  const Command = named(sdk, (name) => name === `${operation.name}Command`);
  const client = clients.get(sdk) ?? new Client(SETTINGS);
  clients.set(sdk, client);
  return client.send(new Command(input) as object, { answer });
}

/** What our side understood of the SDK's request, and what the SDK understood of our answer. */
export async function roundTrip(
  service: ServiceName,
  operation: OperationModel,
  input: object,
  output: object,
) {
  let decoded: { operation: string; input: object } | undefined;
  const { $metadata: _metadata, ...got } = await send(
    sdkOf(service, operation),
    operation,
    input,
    async (request) => {
      const { answer, ...understood } = serve(service, request, output);
      decoded = understood;
      return { response: answer };
    },
  );
  return { decoded, output: got };
}

/** The request that the SDK would send. */
export async function requestOf(service: ServiceName, operation: OperationModel, input: object) {
  let sent: SdkRequest | undefined;
  await send(sdkOf(service, operation), operation, input, (request) => {
    sent = request;
    return Promise.reject(new Error("not sent"));
  }).catch(() => {});
  return (
    sent && {
      method: sent.method,
      target: targetOf(sent),
      headers: lowerCased(sent.headers),
      body: sent.body,
    }
  );
}

function serve(service: ServiceName, request: SdkRequest, output: object) {
  const model = modelOf(service);
  if (!model) throw new Error(`no model of ${service}`);
  const wire = readRequest({
    method: request.method,
    target: targetOf(request),
    headers: lowerCased(request.headers),
  });
  const protocol = protocolOf(wire, model);
  const { operation, input } = protocol.begin(wire, model).decode(Buffer.from(request.body ?? ""));
  const { status, headers, body } = protocol.encode(
    operation,
    output,
    { request: wire, requestId: "request-id" },
    model,
  );
  const stream = body instanceof Readable ? body : Readable.from([Buffer.from(body ?? "")]);
  return {
    operation: operation.name,
    input,
    answer: new HttpResponse({ statusCode: status, headers, body: stream }),
  };
}

function targetOf({ path, query }: SdkRequest): string {
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) =>
    [value].flat().map((each) => `${encodeURIComponent(name)}=${encodeURIComponent(each ?? "")}`),
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
}

const lowerCased = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

function named(sdk: Sdk, test: (name: string) => boolean) {
  const name = Object.keys(sdk).find(test) ?? "";
  const found = sdk[name];
  if (!found) throw new Error("the SDK has no such class");
  return found;
}

/** Buffers, streams and the SDK's wrappers as what they stand for. */
export async function plain(value: unknown): Promise<unknown> {
  if (value instanceof Readable) return Buffer.concat(await value.toArray()).toString("base64");
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Date) return value.toISOString();
  if (value instanceof String) return value.valueOf();
  if (Array.isArray(value)) return Promise.all(value.map(plain));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(async ([name, member]) => [name, await plain(member)] as const);
  return Object.fromEntries(await Promise.all(entries));
}
