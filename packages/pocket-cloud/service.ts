import type { Bus } from "./bus";
import type { Caller } from "./caller";
import type { Clock } from "./clock";
import type { Fault, Faults } from "./faults";
import type { CallService, Input, OperationName, Output, ServiceName } from "./models";
import type { Rules } from "./rules";
import type { S3Files } from "./services/s3/files";

/** What a service may use of the cloud it lives in. One object per cloud; several clouds live in one process. */
export interface CloudContext {
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  /** The state directory; a service keeps what it has in `<dir>/<service>/`. */
  readonly dir: string;
  /** "http://127.0.0.1:<port>"; known once the listener is open. */
  readonly endpoint: () => string;
  /** Calls another service in process, authorised as `caller`, as if it had come over the wire. */
  readonly call: CallService;
  /** Identities: who may do what. Implemented by the IAM service. */
  readonly identities: () => Identities;
  /** Objects of S3 as local files, for reading without GetObject. */
  readonly s3Files: () => S3Files;
  readonly bus: Bus;
  readonly faults: Faults;
  /** Whether throughput limits (a shard's bytes, records, reads) are enforced; they are unless this says false. */
  readonly enforceLimits?: boolean;
  /** Whether what is protected against deletion is; it is unless this says false. */
  readonly enforceDeletionProtection?: boolean;
  /** Diagnostics for people; never the data plane. */
  readonly log: (line: string) => void;
}

export interface Identities {
  /** The caller behind an access key, with the secret that its signatures must verify against. */
  byAccessKey(accessKeyId: string, sessionToken?: string): Identified;
  /** Fresh temporary credentials for a role, as a service gets when it assumes it (no trust check). */
  credentialsFor(roleArn: string, sessionName: string, service: string, seconds?: number): RoleCredentials;
  /** The caller a service is when it acts in a role; throws when the role does not exist or trust the service. */
  assume(roleArn: string, sessionName: string, service: string, sourceArn?: string): Caller;
  /** As `assume`, for a caller who asks STS: the role must trust it, and its own policies allow it. */
  assumeAs(
    caller: Caller,
    roleArn: string,
    sessionName: string,
    context?: Readonly<Record<string, string>>,
    seconds?: number,
  ): Caller;
  /**
   * Throws AccessDenied unless policies allow it: the caller's own, or the one on the resource (`policyOf`). The local
   * administrator may do everything.
   */
  authorize(
    caller: Caller,
    action: string,
    resources: readonly string[],
    context?: Readonly<Record<string, string>>,
    policyOf?: (resource: string) => string | undefined,
  ): void;
  readonly administrator: Caller;
}

export interface Identified {
  readonly caller: Caller;
  readonly secretAccessKey: string;
  /** Not the cloud's own random keys, but such as a program is given by hand: a web page may know them too. */
  readonly guessable?: boolean;
}

export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** One AWS operation, free of transport: input in the SDK's own shape in, output in it out, AwsError thrown. */
export interface Operation<In, Out> {
  /** Constraints beyond the model's types; required members come from the model. */
  readonly rules?: Rules;
  /** IAM actions it needs; default `<service>:<Operation>`. An empty list needs none. */
  readonly actions?: readonly string[];
  /** ARNs it touches, for IAM; default ["*"]. */
  readonly resources?: (input: In, call: Call) => readonly string[];
  /** Condition keys of its own beside the global ones, e.g. { "s3:prefix": … }. */
  readonly context?: (input: In, call: Call) => Readonly<Record<string, string>>;
  /** Roles it hands to a service: whoever asks must be allowed iam:PassRole on each. */
  readonly passes?: (input: In) => readonly (string | undefined)[];
  readonly run: (input: In, call: Call) => Out | Promise<Out>;
}

export interface Call {
  readonly caller: Caller;
  readonly requestId: string;
  /** Headers of the HTTP request that carried the call; absent for calls in process. */
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
  /** The injected fault that struck this call, for those only the operation itself can play (partial, crash). */
  readonly fault?: Fault;
}

export type Operations<S extends ServiceName> = {
  readonly [O in OperationName<S>]?: Operation<Input<S, O>, Output<S, O>>;
};

export interface Service<S extends ServiceName = ServiceName> {
  readonly name: S;
  readonly operations: Operations<S>;
  /** Its data as local files; only S3 has it. */
  readonly files?: S3Files;
  /** The policy on a resource of its own (bucket, topic, queue, key) as JSON; the dispatcher heeds it. */
  policyOf?(resourceArn: string): string | undefined;
  /** Reads its state and takes up its work; in the order of cloud.ts. */
  start?(): Promise<void>;
  /** Finishes now what waits for a timer (a batching window, a buffer): nothing stays stranded. */
  flush?(): Promise<void>;
  /** In the reverse order. */
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
