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

/** Runs a call with the rights of the account's administrator, and returns its output as JSON. */
export async function runCall(body: Uint8Array, mayWrite: boolean, target: ConsoleTarget): Promise<unknown> {
  const { service, operation, input } = readCall(body);
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

function readCall(body: Uint8Array): PageCall {
  let call: Partial<PageCall> | null;
  try {
    call = JSON.parse(Buffer.from(body).toString("utf8")) as Partial<PageCall> | null;
  } catch {
    throw validationError("The call is not valid JSON");
  }
  const { service, operation, input = {} } = call ?? {};
  if (typeof service !== "string" || typeof operation !== "string" || typeof input !== "object" || !input)
    throw validationError('A call has the form {"service", "operation", "input"}');
  return { service, operation, input };
}
