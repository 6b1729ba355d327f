import { ConnectionLost } from "../source";
import { reasonOf } from "./http";

/** No object of a social network comes near this size. */
const LONGEST_LINE = 4 * 1024 * 1024;

/**
 * The lines of an endless answer, as they arrive. Throws a ConnectionLost when the connection breaks, or when nothing comes
 * for `idleMillis`: servers send keep-alives more often. Ends when the server ends the answer.
 */
export async function* linesOf(
  response: Response,
  host: string,
  idleMillis: number,
  signal: AbortSignal,
): AsyncGenerator<string[]> {
  const reader = response.body?.getReader();
  if (!reader) return;
  const stop = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await inTime(reader.read(), host, idleMillis);
      signal.throwIfAborted();
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split(/\r\n|\n|\r/);
      rest = lines.pop() ?? "";
      if (rest.length > LONGEST_LINE) throw new ConnectionLost(`${host} sent a line above 4 MiB`);
      if (lines.length > 0) yield lines;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}

async function inTime<T>(read: Promise<T>, host: string, idleMillis: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const idle = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new ConnectionLost(`${host} sent nothing for ${Math.round(idleMillis / 1000)} s`)),
      idleMillis,
    );
  });
  try {
    return await Promise.race([
      read.catch((error: unknown) => {
        throw new ConnectionLost(`${host} broke the connection: ${reasonOf(error)}`);
      }),
      idle,
    ]);
  } finally {
    clearTimeout(timer);
  }
}

export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

/** Parses server-sent events from lines; comments (":thump") keep the connection alive. */
export async function* serverSentEvents(
  chunks: AsyncIterable<readonly string[]>,
): AsyncGenerator<ServerSentEvent[]> {
  let event = "";
  let data: string[] = [];
  for await (const lines of chunks) {
    const events: ServerSentEvent[] = [];
    for (const line of lines) {
      if (line === "") {
        if (data.length > 0) events.push({ event: event || "message", data: data.join("\n") });
        event = "";
        data = [];
        continue;
      }
      const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === "event") event = value;
      if (field === "data") data.push(value);
    }
    if (events.length > 0) yield events;
  }
}
