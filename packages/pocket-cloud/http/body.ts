import type { Readable } from "node:stream";
import { ConnectionDropped } from "../dispatch";
import { AwsError } from "../errors";
import { whenIdle } from "./idle";

export interface BodyLimits {
  readonly maxBytes: number;
  /** A body without new data for this long is abandoned. */
  readonly idleMs: number;
}

export function collect(body: Readable, { maxBytes, idleMs }: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const idle = whenIdle(idleMs, () => settle(() => reject(tooSlow())));
    const settle = (how: () => void) => {
      idle.stop();
      body.off("data", onData).off("end", onEnd).off("error", onClose).off("close", onClose);
      how();
    };
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.byteLength;
      idle.refresh();
      if (length <= maxBytes) return;
      body.pause();
      settle(() => reject(tooLarge(maxBytes)));
    };
    const onEnd = () =>
      settle(() => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length)));
    const onClose = () =>
      settle(() =>
        reject(new ConnectionDropped("the client closed the connection before the end of the body")),
      );
    if (body.destroyed && !body.readableEnded) onClose();
    else body.on("data", onData).on("end", onEnd).on("error", onClose).on("close", onClose);
  });
}

/** Streams the body; throws when it stalls or breaks off. */
export async function* streamed(
  body: Readable,
  { idleMs }: Pick<BodyLimits, "idleMs">,
): AsyncGenerator<Buffer> {
  let expire = (_error: AwsError): void => {};
  const expired = new Promise<never>((_resolve, reject) => {
    expire = reject;
  });
  expired.catch(() => {});
  const idle = whenIdle(idleMs, () => expire(tooSlow()));
  const chunks = body.iterator({ destroyOnReturn: false });
  try {
    for (;;) {
      const next = await Promise.race([chunks.next(), expired]);
      if (next.done) return;
      idle.refresh();
      yield next.value as Buffer;
    }
  } finally {
    idle.stop();
    await chunks.return?.();
  }
}

export const tooLarge = (maxBytes: number): AwsError =>
  new AwsError("RequestTooLargeException", `The request body is larger than ${maxBytes} bytes`, 413);

const tooSlow = (): AwsError =>
  new AwsError(
    "RequestTimeout",
    "Your socket connection to the server was not read from or written to within the timeout period.",
  );
