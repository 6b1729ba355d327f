import { ConnectionDropped } from "../../dispatch";
import { AwsError, unsupported, validationError } from "../../errors";
import { modelOf } from "../../http/catalogue";
import { jsonCodec } from "../../http/codecs/json";
import { isLocalRead, LOCAL_SERVICE, runLocal } from "./local";
import { isRead } from "./reads";
import type { ConsoleTarget } from "./target";
import { toJson } from "./values";

/** A call of the page: an operation of an AWS service with its input as JSON. */
interface PageCall {
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

const codec = jsonCodec({ useJsonName: false });

/** The output of a call as JSON, or its error. */
type Answered = { readonly output: unknown } | { readonly error: FailedCall };

export interface FailedCall {
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

/** A page that opens makes many calls at once, and waits less when they are one request. */
const MOST_CALLS = 200;

/** Runs the calls of a request together, with the rights of the account's administrator. */
export async function runCalls(
  body: Uint8Array,
  mayWrite: boolean,
  target: ConsoleTarget,
): Promise<Answered[]> {
  const calls = readCalls(body);
  return Promise.all(
    calls.map(async (call) => {
      try {
        return { output: await runCall(call, mayWrite, target) };
      } catch (error) {
        if (error instanceof ConnectionDropped) throw error;
        return { error: failedCall(error) };
      }
    }),
  );
}

export function failedCall(error: unknown): FailedCall {
  const { code, status } = error instanceof AwsError ? error : { code: "InternalFailure", status: 500 };
  return { code, message: error instanceof Error ? error.message : String(error), status };
}

async function runCall(call: unknown, mayWrite: boolean, target: ConsoleTarget): Promise<unknown> {
  const { service, operation, input } = readCall(call);
  const local = service === LOCAL_SERVICE;
  if (!mayWrite && !(local ? isLocalRead(operation) : isRead(service, operation, input)))
    throw readOnly(`${service}:${operation}`);
  if (local) return toJson(runLocal(operation, input, target));
  const serviceModel = modelOf(service);
  const model = serviceModel?.operation(operation);
  if (!serviceModel || !model) throw unsupported(`the operation ${operation} of ${service}`);
  if (model.output.getEventStreamMember() || `${service}:${operation}` === "s3:GetObject")
    throw unsupported(`${service}:${operation} in the console's calls, because its output is a stream`);
  const decoded = codec.reader(model.input)(input) as object;
  const { identities } = target.dispatcher;
  return toJson(
    await target.dispatcher.dispatch(service, operation, decoded, identities().administrator, FROM_CONSOLE),
  );
}

/** Faults do not apply to the calls of the console, and metrics do not count them. */
export const FROM_CONSOLE = { fromConsole: true } as const;

export const readOnly = (action: string): AwsError =>
  new AwsError(
    "ConsoleReadOnly",
    `The console is read-only, and ${action} changes something: switch "Allow changes" on`,
    403,
  );

function readCalls(body: Uint8Array): readonly unknown[] {
  let calls: unknown;
  try {
    calls = JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    throw validationError("The calls are not valid JSON");
  }
  if (!Array.isArray(calls) || calls.length > MOST_CALLS)
    throw validationError(`The calls are not a list of at most ${MOST_CALLS}`);
  return calls;
}

function readCall(call: unknown): PageCall {
  const { service, operation, input = {} } = (call ?? {}) as Partial<PageCall>;
  if (typeof service !== "string" || typeof operation !== "string" || typeof input !== "object" || !input)
    throw validationError('A call has the form {"service", "operation", "input"}');
  return { service, operation, input };
}
