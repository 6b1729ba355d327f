import { NormalizedSchema } from "@smithy/core/schema";
import type { ServiceName } from "../models";

export type ProtocolName = "json" | "query" | "rest-json" | "rest-xml";

interface Client {
  readonly load: () => object;
  readonly protocol: ProtocolName;
  readonly xmlNamespace?: string;
}

/** The SDK client of each service. It loads at the first call of the service, because loading takes tens of milliseconds. */
const clients: Readonly<Record<ServiceName, Client>> = {
  athena: { load: () => require("@aws-sdk/client-athena"), protocol: "json" },
  budgets: { load: () => require("@aws-sdk/client-budgets"), protocol: "json" },
  // DynamoDB Streams has the same signing name and other operations.
  dynamodb: {
    load: () => ({ ...require("@aws-sdk/client-dynamodb-streams"), ...require("@aws-sdk/client-dynamodb") }),
    protocol: "json",
  },
  firehose: { load: () => require("@aws-sdk/client-firehose"), protocol: "json" },
  glue: { load: () => require("@aws-sdk/client-glue"), protocol: "json" },
  iam: {
    load: () => require("@aws-sdk/client-iam"),
    protocol: "query",
    xmlNamespace: "https://iam.amazonaws.com/doc/2010-05-08/",
  },
  kinesis: { load: () => require("@aws-sdk/client-kinesis"), protocol: "json" },
  kms: { load: () => require("@aws-sdk/client-kms"), protocol: "json" },
  lambda: { load: () => require("@aws-sdk/client-lambda"), protocol: "rest-json" },
  logs: { load: () => require("@aws-sdk/client-cloudwatch-logs"), protocol: "json" },
  monitoring: {
    load: () => require("@aws-sdk/client-cloudwatch"),
    protocol: "query",
    xmlNamespace: "http://monitoring.amazonaws.com/doc/2010-08-01/",
  },
  s3: {
    load: () => require("@aws-sdk/client-s3"),
    protocol: "rest-xml",
    xmlNamespace: "http://s3.amazonaws.com/doc/2006-03-01/",
  },
  scheduler: { load: () => require("@aws-sdk/client-scheduler"), protocol: "rest-json" },
  secretsmanager: { load: () => require("@aws-sdk/client-secrets-manager"), protocol: "json" },
  sns: {
    load: () => require("@aws-sdk/client-sns"),
    protocol: "query",
    xmlNamespace: "http://sns.amazonaws.com/doc/2010-03-31/",
  },
  sqs: { load: () => require("@aws-sdk/client-sqs"), protocol: "json" },
  ssm: { load: () => require("@aws-sdk/client-ssm"), protocol: "json" },
  sts: {
    load: () => require("@aws-sdk/client-sts"),
    protocol: "query",
    xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
  },
};

export interface HttpTrait {
  readonly method: string;
  /** Such as "/{Bucket}/{Key+}?x-id=PutObject". */
  readonly uri: string;
  readonly status: number;
}

export interface OperationModel {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  readonly http?: HttpTrait;
  /** Whether requests may have a checksum of their body. */
  readonly checksummed: boolean;
}

export interface ErrorModel {
  readonly name: string;
  readonly schema: NormalizedSchema;
  /** Its code in the query protocols, such as "NoSuchEntity". */
  readonly queryCode?: string;
}

export interface ServiceModel {
  readonly name: ServiceName;
  /** The default protocol of its clients. */
  readonly protocol: ProtocolName;
  readonly xmlNamespace: string;
  operation(name: string): OperationModel | undefined;
  operations(): readonly OperationModel[];
  /** Finds an error by its shape name or query code. */
  error(code: string): ErrorModel | undefined;
}

/** Kinds of the SDK's schemas. */
const OPERATION = 9;
const ERROR = -3;
/** The layout of the SDK's schemas. Operations continue with input and output. */
type StaticSchema = readonly [
  kind: number,
  namespace: string,
  name: string,
  traits: object | number,
  ...unknown[],
];

const models = new Map<string, ServiceModel>();

/** The model of a service by its signing name; undefined for an unknown service. */
export function modelOf(service: string): ServiceModel | undefined {
  const known = models.get(service);
  if (known) return known;
  if (!Object.hasOwn(clients, service)) return undefined;
  const name = service as ServiceName;
  const model = readModel(name, clients[name]);
  models.set(service, model);
  return model;
}

function readModel(name: ServiceName, client: Client): ServiceModel {
  const schemas = Object.entries(client.load()).filter(
    (entry): entry is [string, StaticSchema] => entry[0].endsWith("$") && Array.isArray(entry[1]),
  );
  const operations = new Map<string, OperationModel>();
  const errors = new Map<string, ErrorModel>();
  for (const [, schema] of schemas) {
    if (schema[0] === OPERATION) operations.set(schema[2], readOperation(schema));
    if (schema[0] === ERROR) {
      const error = readError(schema);
      errors.set(error.name, error);
    }
  }
  for (const error of [...errors.values()])
    if (error.queryCode && !errors.has(error.queryCode)) errors.set(error.queryCode, error);
  return {
    name,
    protocol: client.protocol,
    xmlNamespace: client.xmlNamespace ?? "",
    operation: (operation) => operations.get(operation),
    operations: () => [...operations.values()],
    error: (code) => errors.get(code),
  };
}

function readOperation(schema: StaticSchema): OperationModel {
  const [, , name, traits, input, output] = schema;
  const checksummed = typeof traits === "object" && "httpChecksum" in traits;
  const http =
    typeof traits === "object" && "http" in traits ? (traits.http as [string, string, number]) : undefined;
  return {
    name,
    input: NormalizedSchema.of(input as never),
    output: NormalizedSchema.of(output as never),
    checksummed,
    ...(http && { http: { method: http[0], uri: http[1], status: http[2] } }),
  };
}

function readError(schema: StaticSchema): ErrorModel {
  const [, , name, traits] = schema;
  const code =
    typeof traits === "object" && "awsQueryError" in traits
      ? (traits.awsQueryError as [string])[0]
      : undefined;
  return { name, schema: NormalizedSchema.of(schema as never), ...(code && { queryCode: code }) };
}

/** A structure's schema lists its required members first, and their number. */
export function requiredMembers(schema: NormalizedSchema): readonly string[] {
  const [, , , , names, , count] = schema.getSchema() as unknown as [
    number,
    string,
    string,
    unknown,
    string[],
    unknown[],
    number?,
  ];
  return names.slice(0, count ?? 0);
}
