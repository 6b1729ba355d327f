import { Readable } from "node:stream";
import { EventStreamCodec } from "@smithy/core/event-streams";
import type { NormalizedSchema } from "@smithy/core/schema";
import { AwsError } from "../../errors";
import type { JsonCodec } from "./json";

const utf8 = {
  to: (bytes: Uint8Array | string) =>
    typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("utf8"),
  from: (text: string) => Buffer.from(text, "utf8"),
};
const frames = new EventStreamCodec(utf8.to, utf8.from);

/** Encodes an output whose `member` is a stream of events as application/vnd.amazon.eventstream frames. */
export function eventStream(
  codec: JsonCodec,
  schema: NormalizedSchema,
  member: string,
  output: object,
): Readable {
  const { [member]: events, ...initial } = output as Record<string, unknown>;
  const union = schema.getMemberSchema(member);
  async function* all(): AsyncGenerator<Uint8Array> {
    yield frame(
      { ":message-type": "event", ":event-type": "initial-response" },
      codec.writer(schema)(initial),
    );
    try {
      for await (const event of events as AsyncIterable<Record<string, unknown>>)
        for (const [name, value] of Object.entries(event))
          yield frame(
            { ":message-type": "event", ":event-type": name },
            codec.writer(union.getMemberSchema(name))(value),
          );
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      yield frame(
        { ":message-type": "exception", ":exception-type": error.code },
        { message: error.message },
      );
    }
  }
  return Readable.from(all());
}

function frame(headers: Readonly<Record<string, string>>, body: unknown): Uint8Array {
  return frames.encode({
    headers: Object.fromEntries(
      Object.entries({ ...headers, ":content-type": "application/json" }).map(([name, value]) => [
        name,
        { type: "string" as const, value },
      ]),
    ),
    body: Buffer.from(JSON.stringify(body)),
  });
}
