import { Failure } from "../errors";

/** All messages of an error and of what caused it. The client nests the broker's reason. */
function kafkaReasons(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const inner =
    error instanceof AggregateError ? error.errors : error.cause === undefined ? [] : [error.cause];
  return [error.message, ...inner.flatMap(kafkaReasons)];
}

/** The deepest reason in one line. */
export const kafkaReason = (error: unknown): string => kafkaReasons(error).at(-1) ?? String(error);

/** What no retry mends, with what to do about it; undefined for failures of the network or of a broker. */
export function permanent(error: unknown, topic: string, brokers: string): Failure | undefined {
  const text = kafkaReasons(error).join("; ");
  if (
    /SASL|authentication|Authentication|UNSUPPORTED_SASL|AUTHORIZATION/.test(text) &&
    !/ECONN|timeout/i.test(text)
  )
    return new Failure(`${brokers} refuses the credentials: ${kafkaReason(error)}; see --sasl`);
  if (/UNKNOWN_TOPIC|does not host this topic/i.test(text)) return missingTopic(topic, brokers);
  if (/MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE/.test(text))
    return new Failure(`${brokers}: ${kafkaReason(error)}`);
  return undefined;
}

/** Whether a topic could not be created because it exists (TOPIC_ALREADY_EXISTS). */
export const existsAlready = (error: unknown): boolean =>
  kafkaReasons(error).some((reason) => /topic with this name already exists/i.test(reason));

export const missingTopic = (topic: string, brokers: string): Failure =>
  new Failure(
    `there is no topic ${topic} on ${brokers}: create it, or add --partitions 3 to npm run collect`,
  );

export function unreachable(error: unknown, brokers: string): Failure {
  if (error instanceof Failure) return error;
  const reason = kafkaReason(error);
  const cure = /ECONNREFUSED|ENOTFOUND/.test(reason)
    ? "; docs/labs.md has a line that starts a broker; --bootstrap or KAFKA_BOOTSTRAP names another"
    : "";
  return new Failure(`cannot reach ${brokers}: ${reason}${cure}`);
}
