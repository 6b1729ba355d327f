import { createRequire } from "node:module";
import type { Input, OperationName, Output, ServiceName } from "../pocket-cloud/models";

export interface AwsOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

export type CallAws = <S extends ServiceName, O extends OperationName<S>>(
  service: S,
  operation: O,
  input: Input<S, O>,
) => Promise<Output<S, O>>;

/** The SDK package of each service; loaded when first called. */
const PACKAGES: Readonly<Record<ServiceName, string>> = {
  athena: "athena",
  budgets: "budgets",
  dynamodb: "dynamodb",
  firehose: "firehose",
  glue: "glue",
  iam: "iam",
  kinesis: "kinesis",
  kms: "kms",
  lambda: "lambda",
  logs: "cloudwatch-logs",
  monitoring: "cloudwatch",
  s3: "s3",
  scheduler: "scheduler",
  secretsmanager: "secrets-manager",
  sns: "sns",
  sqs: "sqs",
  ssm: "ssm",
  sts: "sts",
};

interface Client {
  send(command: object): Promise<object>;
  destroy(): void;
}

type Constructors = Readonly<Record<string, new (input: object) => object>>;

/** Calls any operation of any service through its ordinary SDK client. */
export function awsCaller(options: AwsOptions): { call: CallAws; close: () => void } {
  const clients = new Map<string, { client: Client; commands: Constructors }>();
  const load = createRequire(__filename);
  const open = (service: ServiceName) => {
    const commands = load(`@aws-sdk/client-${PACKAGES[service]}`) as Constructors;
    const client = Object.entries(commands).find(([name]) => /^(?!__)\w+Client$/.test(name))?.[1];
    if (!client) throw new Error(`@aws-sdk/client-${PACKAGES[service]} exports no client`);
    const made = new client({ ...options, maxAttempts: 5, forcePathStyle: true }) as Client;
    return { client: made, commands };
  };
  const call = async (service: ServiceName, operation: string, input: object): Promise<object> => {
    const found = clients.get(service) ?? open(service);
    clients.set(service, found);
    const command = found.commands[`${operation}Command`];
    if (!command) throw new Error(`${service} has no operation ${operation}`);
    try {
      return await found.client.send(new command(input));
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
