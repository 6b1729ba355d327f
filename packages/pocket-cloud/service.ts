import type { Bus } from "./bus";
import type { Caller, SessionGrant } from "./caller";
import type { Clock } from "./clock";
import type { Downloads } from "./downloads";
import type { Fault, Faults } from "./faults";
import type { KeyAccess } from "./kms-access";
import type { CallService, Input, OperationName, Output, ServiceName } from "./models";
import type { S3Files } from "./s3-files";

/** The parts of a cloud that its services use. There is one context per cloud, and no global state. */
export interface CloudContext {
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  /** The state directory; each service has the folder `<dir>/<service>/`. */
  readonly dir: string;
  /** "http://127.0.0.1:<port>"; valid once the listener is open. */
  readonly endpoint: () => string;
  /** Calls another service in process with the rights of the caller. */
  readonly call: CallService;
  /** Authentication and authorization, implemented by the IAM service. */
  readonly identities: () => Identities;
  /** Objects of S3 as local files, for reading without GetObject. */
  readonly s3Files: () => S3Files;
  /** Checks of KMS for services that use a customer's key. */
  readonly keys: () => KeyAccess;
  /** The same in another region, for buckets, which are listed everywhere and lie in one region. */
  readonly keysIn: (region: string) => Promise<KeyAccess>;
  /** Links to files for clients without a signature. */
  readonly downloads: Downloads;
  readonly bus: Bus;
  readonly faults: Faults;
  /** Enforces throughput limits, such as those of a shard; true by default. */
  readonly enforceLimits?: boolean;
  /** Seconds that a statement of Athena may run. */
  readonly queryTimeouts?: QueryTimeouts;
  /** Enforces deletion protection; true by default. */
  readonly enforceDeletionProtection?: boolean;
  /** Writes a line of diagnostics. */
  readonly log: (line: string) => void;
}

/** By default Athena's quotas: 30 minutes for DML statements, 600 for DDL statements. */
export interface QueryTimeouts {
  readonly dml?: number;
  readonly ddl?: number;
}

/** Values of a request's condition keys, such as "s3:prefix". Some keys have several values. */
export type ConditionKeys = Readonly<Record<string, string | readonly string[]>>;
/** Condition keys, or how they are found: most policies have no conditions, and an operation may have a hundred items. */
export type GivenKeys = ConditionKeys | (() => ConditionKeys);

export const conditionKeysOf = (given: GivenKeys): ConditionKeys =>
  typeof given === "function" ? given() : given;

export interface Identities {
  /** The owner of an access key, and the secret for verifying signatures. */
  byAccessKey(accessKeyId: string, sessionToken?: string): Identified;
  /** New temporary credentials of a role for a service. Does not check the trust policy. */
  credentialsFor(
    roleArn: string,
    sessionName: string,
    service: string,
    seconds?: number,
    grant?: SessionGrant,
  ): RoleCredentials;
  /** The caller for a service that acts in a role. Throws when the role does not exist or does not trust the service. */
  assume(roleArn: string, sessionName: string, service: string, sourceArn?: string): Caller;
  /** AssumeRole of STS: the role must trust the caller, and the caller's policies must allow it. */
  assumeAs(
    caller: Caller,
    roleArn: string,
    sessionName: string,
    context?: ConditionKeys,
    seconds?: number,
    /** Also authorizes sts:TagSession. */
    tagged?: boolean,
  ): Caller;
  /**
   * Throws AccessDenied unless a policy of the caller or of the resource (`policyOf`) allows the action. The
   * administrator is allowed everything.
   */
  authorize(
    caller: Caller,
    action: string,
    resources: readonly string[],
    context?: GivenKeys,
    policyOf?: (resource: string) => string | undefined,
  ): void;
  /** Whether a resource's policy itself allows the caller an action. */
  trusts(policy: string, caller: Caller, action: string, resource: string): boolean;
  readonly administrator: Caller;
}

export interface Identified {
  readonly caller: Caller;
  readonly secretAccessKey: string;
  /** True for keys given in the options: unlike the generated keys, a web page may know them. */
  readonly guessable?: boolean;
}

export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** An AWS operation, independent of HTTP. Input and output have the SDK's types; errors are AwsErrors. */
export interface Operation<In, Out> {
  /** IAM actions; `<service>:<Operation>` by default. */
  readonly actions?: readonly string[] | ((input: In) => readonly string[]);
  /** ARNs for authorization; ["*"] by default. */
  readonly resources?: (input: In, call: Call) => readonly string[];
  /** Condition keys of the service, such as "s3:prefix". */
  readonly context?: (input: In, call: Call) => ConditionKeys;
  /** Roles that the caller passes to a service; iam:PassRole is checked for each. */
  readonly passes?: (input: In) => readonly (string | undefined)[];
  readonly run: (input: In, call: Call) => Out | Promise<Out>;
}

export interface Call {
  readonly caller: Caller;
  readonly requestId: string;
  /** The region that the request is signed for; absent for in-process calls. */
  readonly region?: string;
  /** Headers of the HTTP request; absent for in-process calls. */
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
  /**
   * A call of the console, which only watches: faults do not apply, metrics do not count it, and reading takes nothing from
   * the read limit of the stream's consumers.
   */
  readonly fromConsole?: boolean;
  /** The injected fault, for those that the operation implements itself: "partial" and "crash". */
  readonly fault?: Fault;
}

export type Operations<S extends ServiceName> = {
  readonly [O in OperationName<S>]?: Operation<Input<S, O>, Output<S, O>>;
};

/** How a call of an operation ended: with an output or an error. */
export interface Outcome<In, Out> {
  readonly input: In;
  readonly output?: Out;
  readonly error?: unknown;
  readonly millis: number;
}

/** Called after each call of an operation, for the service's metrics. */
export type Observers<S extends ServiceName> = {
  readonly [O in OperationName<S>]?: (outcome: Outcome<Input<S, O>, Output<S, O>>) => void;
};

export interface Service<S extends ServiceName = ServiceName> {
  readonly name: S;
  readonly operations: Operations<S>;
  readonly observers?: Observers<S>;
  /** Its data as local files; only S3 has it. */
  readonly files?: S3Files;
  /** Checks for services that use a key; only KMS has it. */
  readonly keys?: KeyAccess;
  /** The resource policy of a bucket, topic, queue or key as JSON, for authorization. */
  policyOf?(resourceArn: string): string | undefined;
  /** Begins background work. Services start in the order of services/index.ts. */
  start?(): Promise<void>;
  /** Completes immediately what waits in batching windows and buffers. */
  flush?(): Promise<void>;
  /** Aborts work that a stop has waited for in vain. It is done again at the next start. */
  abort?(): void;
  /** Services stop in reverse order. */
  stop?(): Promise<void>;
}

export type ServiceFactory<S extends ServiceName = ServiceName> = (cloud: CloudContext) => Service<S>;

/** Makes a service's operations from factories that share their arguments, such as the service's store. */
export const makeOperations = <
  Args extends readonly unknown[],
  F extends Readonly<Record<string, (...args: Args) => unknown>>,
>(
  factories: F,
  ...args: Args
): { readonly [O in keyof F]: ReturnType<F[O]> } =>
  Object.fromEntries(Object.entries(factories).map(([name, make]) => [name, make(...args)])) as {
    readonly [O in keyof F]: ReturnType<F[O]>;
  };
