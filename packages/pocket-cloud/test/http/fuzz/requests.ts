import fc from "fast-check";
import { modelOf, type OperationModel } from "../../../http/catalogue";
import type { ServiceName } from "../../../models";
import { requestOf, serviceNames } from "../sdk";
import { valuesOf } from "../shapes";
import type { WireRequest } from "./mutations";
import type { Random } from "./random";

/** Names that many requests share, so that they refer to what others have made. */
const NAMES = ["thing", "thing-2", "other"];
const isName = /(?:Name|Bucket|Key|Prefix|StreamARN|QueueUrl|TableName|Id)$/;

const shape = { without: () => false, emptyStructures: true };
let operations = serviceNames.flatMap((service) =>
  (modelOf(service)?.operations() ?? []).map((operation) => ({ service, operation })),
);
const values = new Map<OperationModel, fc.Arbitrary<unknown>>();

/** Leaves out an operation that the cloud does not support. */
export function leaveOut(name: string): void {
  operations = operations.filter(({ service, operation }) => `${service}:${operation.name}` !== name);
}

/** A request of a random operation, as the SDK makes it. Undefined when the SDK refuses the input. */
export async function validRequest(
  random: Random,
): Promise<{ service: ServiceName; name: string; request: WireRequest } | undefined> {
  const { service, operation } = random.pick(operations);
  const inputs = values.get(operation) ?? inputsOf(operation);
  values.set(operation, inputs);
  const [input] = fc.sample(inputs, { seed: random.below(2 ** 31), numRuns: 1 });
  const sent = await requestOf(service, operation, withKnownNames(input as object, random));
  if (!sent) return undefined;
  const { host: _host, authorization: _authorization, ...headers } = sent.headers;
  for (const name of Object.keys(headers))
    if (/^(?:content-length|x-amz-(?:date|content-sha256))$/.test(name)) delete headers[name];
  const body = sent.body === undefined ? Buffer.alloc(0) : Buffer.from(sent.body as Uint8Array);
  return { service, name: `${service}:${operation.name}`, request: { ...sent, headers, body } };
}

function inputsOf(operation: OperationModel): fc.Arbitrary<unknown> {
  try {
    return valuesOf(operation.input, shape);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return fc.constant({}); // A structure that requires itself.
  }
}

function withKnownNames(value: object, random: Random): object {
  for (const [name, member] of Object.entries(value)) {
    if (
      typeof member === "object" &&
      member !== null &&
      !(member instanceof Date) &&
      !(member instanceof Uint8Array)
    )
      withKnownNames(member, random);
    else if (typeof member === "string" && isName.test(name) && random.next() < 0.7)
      Object.assign(value, { [name]: random.pick(NAMES) });
    else if (name === "WaitTimeSeconds") Object.assign(value, { [name]: 0 });
  }
  return value;
}
