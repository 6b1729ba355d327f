import type { Caller } from "./caller";

/**
 * The AWS service models in the SDK clients. Each client exports the runtime schemas (`PutRecords$`) and types of its
 * operations, which the codecs and the types of operations here are derived from.
 */
export interface Models {
  athena: typeof import("@aws-sdk/client-athena");
  budgets: typeof import("@aws-sdk/client-budgets");
  /** With the API of DynamoDB Streams, which has the same signing name. */
  dynamodb: typeof import("@aws-sdk/client-dynamodb") & typeof import("@aws-sdk/client-dynamodb-streams");
  firehose: typeof import("@aws-sdk/client-firehose");
  glue: typeof import("@aws-sdk/client-glue");
  iam: typeof import("@aws-sdk/client-iam");
  kinesis: typeof import("@aws-sdk/client-kinesis");
  kms: typeof import("@aws-sdk/client-kms");
  lambda: typeof import("@aws-sdk/client-lambda");
  logs: typeof import("@aws-sdk/client-cloudwatch-logs");
  monitoring: typeof import("@aws-sdk/client-cloudwatch");
  s3: typeof import("@aws-sdk/client-s3");
  scheduler: typeof import("@aws-sdk/client-scheduler");
  secretsmanager: typeof import("@aws-sdk/client-secrets-manager");
  sns: typeof import("@aws-sdk/client-sns");
  sqs: typeof import("@aws-sdk/client-sqs");
  ssm: typeof import("@aws-sdk/client-ssm");
  sts: typeof import("@aws-sdk/client-sts");
}

/** The name of a service in the credential scope of signatures, by which requests are routed. */
export type ServiceName = keyof Models;

/** Operation names of a service: "PutRecords", "GetRecords", … */
export type OperationName<S extends ServiceName> =
  Extract<keyof Models[S], `${string}Command`> extends `${infer Name}Command` ? Name : never;

type CommandClass<S extends ServiceName, O extends string> = `${O}Command` extends keyof Models[S]
  ? Models[S][`${O}Command`]
  : never;

// biome-ignore lint/suspicious/noExplicitAny: matching the SDK's command classes by shape
type AnyArgs = any[];

export type Input<S extends ServiceName, O extends string> =
  CommandClass<S, O> extends new (
    ...input: infer Args extends AnyArgs
  ) => unknown
    ? NonNullable<Args[0]>
    : never;

export type Output<S extends ServiceName, O extends string> =
  CommandClass<S, O> extends new (
    ...input: AnyArgs
  ) => { resolveMiddleware(...args: AnyArgs): (...args: AnyArgs) => Promise<{ output: infer Out }> }
    ? Omit<Out, "$metadata">
    : never;

/** Calls an operation in process, with the rights of the caller. */
export type CallService = <S extends ServiceName, O extends OperationName<S>>(
  service: S,
  operation: O,
  input: Input<S, O>,
  caller: Caller,
) => Promise<Output<S, O>>;
