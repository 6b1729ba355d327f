import { createRequire } from "node:module";

export interface AwsOptions {
  /** One for all services, or one for each service by the end of its client's package name. */
  readonly endpoint: string | ((service: string) => string);
  readonly region: string;
  /** Without it, those of the AWS environment variables and profile. */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** The SDK clients that resources use, by the end of their package's name. */
interface Clients {
  athena: typeof import("@aws-sdk/client-athena");
  budgets: typeof import("@aws-sdk/client-budgets");
  cloudwatch: typeof import("@aws-sdk/client-cloudwatch");
  "cloudwatch-logs": typeof import("@aws-sdk/client-cloudwatch-logs");
  dynamodb: typeof import("@aws-sdk/client-dynamodb");
  firehose: typeof import("@aws-sdk/client-firehose");
  glue: typeof import("@aws-sdk/client-glue");
  iam: typeof import("@aws-sdk/client-iam");
  kinesis: typeof import("@aws-sdk/client-kinesis");
  kms: typeof import("@aws-sdk/client-kms");
  lambda: typeof import("@aws-sdk/client-lambda");
  s3: typeof import("@aws-sdk/client-s3");
  scheduler: typeof import("@aws-sdk/client-scheduler");
  sns: typeof import("@aws-sdk/client-sns");
  sqs: typeof import("@aws-sdk/client-sqs");
  ssm: typeof import("@aws-sdk/client-ssm");
  sts: typeof import("@aws-sdk/client-sts");
}

// biome-ignore lint/suspicious/noExplicitAny: matches the SDK's command classes by shape
type AnyArgs = any[];
type Service = keyof Clients;

/** Operations of a service: "PutRecords", "GetRecords", … */
type Operation<S extends Service> =
  Extract<keyof Clients[S], `${string}Command`> extends `${infer Name}Command` ? Name : never;

type Command<S extends Service, O extends string> = `${O}Command` extends keyof Clients[S]
  ? Clients[S][`${O}Command`]
  : never;

type Input<S extends Service, O extends string> =
  Command<S, O> extends new (...input: infer Args extends AnyArgs) => unknown ? NonNullable<Args[0]> : never;

type Output<S extends Service, O extends string> =
  Command<S, O> extends new (
    ...input: AnyArgs
  ) => { resolveMiddleware(...args: AnyArgs): (...args: AnyArgs) => Promise<{ output: infer Out }> }
    ? Omit<Out, "$metadata">
    : never;

/** Calls an operation of an AWS service, typed by its SDK client: `call("sqs", "DeleteQueue", { QueueUrl })`. */
export type CallAws = <S extends Service, O extends Operation<S>>(
  service: S,
  operation: O,
  input: Input<S, O>,
) => Promise<Output<S, O>>;

interface Client {
  send(command: object): Promise<object>;
  destroy(): void;
}

type Constructors = Readonly<Record<string, new (input: object) => object>>;

export interface AwsCaller {
  readonly call: CallAws;
  close(): void;
}

/** A caller for each region, made at the region's first call. */
export class AwsCallers {
  readonly #callers = new Map<string, AwsCaller>();

  constructor(readonly options: Omit<AwsOptions, "region">) {}

  readonly in = (region: string): CallAws => {
    const caller = this.#callers.get(region) ?? awsCaller({ ...this.options, region });
    this.#callers.set(region, caller);
    return caller.call;
  };

  close(): void {
    for (const { close } of this.#callers.values()) close();
  }
}

/** One client per service, loaded at the service's first call. */
export function awsCaller(options: AwsOptions): AwsCaller {
  const clients = new Map<string, { client: Client; commands: Constructors }>();
  const load = createRequire(__filename);
  const open = (service: Service) => {
    const commands = load(`@aws-sdk/client-${service}`) as Constructors;
    const ServiceClient = Object.entries(commands).find(([name]) => /^(?!__)\w+Client$/.test(name))?.[1];
    if (!ServiceClient) throw new Error(`@aws-sdk/client-${service} exports no client`);
    const endpoint = typeof options.endpoint === "string" ? options.endpoint : options.endpoint(service);
    const client = new ServiceClient({
      ...options,
      endpoint,
      maxAttempts: 5,
      forcePathStyle: true,
    }) as Client;
    return { client, commands };
  };
  const call = async (service: Service, operation: string, input: object): Promise<object> => {
    const opened = clients.get(service) ?? open(service);
    clients.set(service, opened);
    const command = opened.commands[`${operation}Command`];
    if (!command) throw new Error(`${service} has no operation ${operation}`);
    try {
      return await opened.client.send(new command(input));
    } catch (error) {
      if (error instanceof Error) error.message = `${service}:${operation}: ${error.name}: ${error.message}`;
      throw error;
    }
  };
  return {
    call: call as CallAws,
    close: () => {
      for (const { client } of clients.values()) client.destroy();
    },
  };
}
