import { AwsError } from "../../errors";
import type { QueueStore } from "./store";

/** A queue whose attributes are about to change. */
interface Source {
  readonly arn: string;
  readonly fifo: boolean;
}

interface AllowPolicy {
  readonly redrivePermission?: unknown;
  readonly sourceQueueArns?: unknown;
}

const PERMISSIONS = ["allowAll", "denyAll", "byQueue"];
const MAX_SOURCES = 10;

/**
 * Checks RedrivePolicy and RedriveAllowPolicy. Source: "Amazon SQS dead-letter queues", SQS Developer Guide: both queues
 * are of one type, maxReceiveCount is 1 to 1,000, and the allow policy names at most ten sources.
 */
export function checkRedrive(
  store: QueueStore,
  source: Source,
  { RedrivePolicy, RedriveAllowPolicy }: Readonly<Record<string, string>>,
): void {
  if (RedrivePolicy) checkPolicy(store, source, RedrivePolicy);
  if (RedriveAllowPolicy) checkAllowPolicy(RedriveAllowPolicy);
}

function checkPolicy(store: QueueStore, source: Source, text: string): void {
  const fail = (reason: string) =>
    new AwsError(
      "InvalidParameterValue",
      `Value ${text} for parameter RedrivePolicy is invalid. Reason: ${reason}`,
    );
  const policy = mapIn(text);
  if (!policy) throw fail("Redrive policy is not a valid JSON map.");
  for (const name of ["deadLetterTargetArn", "maxReceiveCount"])
    if (policy[name] === undefined)
      throw fail(`Redrive policy does not contain mandatory attribute: ${name}.`);
  const { deadLetterTargetArn, maxReceiveCount } = policy;
  const count = Number(maxReceiveCount);
  if (!Number.isInteger(count) || count < 1 || count > 1000)
    throw fail(
      `Invalid value for maxReceiveCount: ${maxReceiveCount}, valid values are from 1 to 1000 both inclusive.`,
    );
  const target = store.byArn(String(deadLetterTargetArn));
  if (!target || target.record.arn !== deadLetterTargetArn) throw fail("Dead letter target does not exist.");
  if (target.fifo !== source.fifo) throw fail("Dead-letter queue must be same type of queue as the source.");
  const allowed = target.record.attributes.RedriveAllowPolicy;
  const { redrivePermission, sourceQueueArns } = ((allowed && mapIn(allowed)) || {}) as AllowPolicy;
  const named = Array.isArray(sourceQueueArns) && sourceQueueArns.includes(source.arn);
  if (redrivePermission === "denyAll" || (redrivePermission === "byQueue" && !named))
    throw fail(`Queue ${deadLetterTargetArn} does not allow this queue to use it as a dead-letter queue.`);
}

function checkAllowPolicy(text: string): void {
  const fail = (reason: string) =>
    new AwsError(
      "InvalidParameterValue",
      `Value ${text} for parameter RedriveAllowPolicy is invalid. Reason: ${reason}`,
    );
  const policy = mapIn(text) as AllowPolicy | undefined;
  if (!policy)
    throw fail("Amazon SQS can't create the redrive allow policy, as it's in an unsupported format.");
  const { redrivePermission, sourceQueueArns } = policy;
  if (!PERMISSIONS.includes(String(redrivePermission)))
    throw fail(`redrivePermission must be one of ${PERMISSIONS.join(", ")}.`);
  const sources = Array.isArray(sourceQueueArns) ? sourceQueueArns.length : 0;
  if (redrivePermission === "byQueue" ? sources < 1 || sources > MAX_SOURCES : sources > 0)
    throw fail(`sourceQueueArns must have 1 to ${MAX_SOURCES} ARNs, with redrivePermission byQueue only.`);
}

function mapIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
