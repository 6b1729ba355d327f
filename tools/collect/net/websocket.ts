import WebSocket from "ws";
import { Failure } from "../../kit/errors";
import { ConnectionLost, KeyRefused, QuotaExceeded } from "../source";
import { reasonOf } from "./http";

export interface WebSocketOptions {
  readonly signal: AbortSignal;
  /** A connection without any frame for this time is taken for dead. */
  readonly idleMillis: number;
  /** Sent when the connection is open, such as a subscription. */
  readonly hello?: readonly string[];
}

/** Above so many unread messages the socket is paused, and TCP slows the server down. */
const MOST_UNREAD = 5000;

/** The text messages of a websocket, those that have arrived together. Throws a ConnectionLost when it closes. */
export async function* messagesOf(
  url: URL,
  { signal, idleMillis, hello = [] }: WebSocketOptions,
): AsyncGenerator<string[]> {
  signal.throwIfAborted();
  const socket = new WebSocket(url, { handshakeTimeout: idleMillis, maxPayload: 4 * 1024 * 1024 });
  let unread: string[] = [];
  let failure: Error | undefined;
  let wake = () => {};
  const fail = (error: Error) => {
    failure ??= error;
    wake();
  };
  const watchdog = setTimeout(() => {
    fail(new ConnectionLost(`${url.host} sent nothing for ${Math.round(idleMillis / 1000)} s`));
  }, idleMillis);
  const alive = () => void watchdog.refresh();
  const abort = () => fail(new ConnectionLost("stopped"));
  signal.addEventListener("abort", abort, { once: true });
  socket.on("message", (data) => {
    alive();
    unread.push(String(data));
    if (unread.length === MOST_UNREAD) socket.pause();
    wake();
  });
  socket.on("open", () => {
    for (const text of hello) socket.send(text);
  });
  socket.on("ping", alive);
  socket.on("unexpected-response", (_request, { statusCode = 0, headers }) => {
    fail(refusal(url.host, statusCode, headers["retry-after"]));
  });
  socket.on("error", (error) => fail(new ConnectionLost(`cannot reach ${url.host}: ${reasonOf(error)}`)));
  socket.on("close", (code, reason) => {
    const why = reason.length > 0 ? `${code} ${reason}` : String(code);
    fail(new ConnectionLost(`${url.host} closed the connection (${why})`));
  });
  try {
    for (;;) {
      signal.throwIfAborted();
      if (unread.length > 0) {
        const messages = unread;
        unread = [];
        socket.resume();
        yield messages;
      } else if (failure) throw failure;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    clearTimeout(watchdog);
    signal.removeEventListener("abort", abort);
    socket.terminate();
  }
}

function refusal(host: string, status: number, retryAfter: string | undefined): Error {
  const answer = `${host} answered ${status}`;
  if (status === 401 || status === 403) return new KeyRefused(answer);
  if (status === 429)
    return new QuotaExceeded(
      answer,
      retryAfter === undefined ? undefined : Date.now() + 1000 * Number(retryAfter),
    );
  return status >= 500 ? new ConnectionLost(answer) : new Failure(`${answer}; is it the right server?`);
}
