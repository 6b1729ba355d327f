import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { constants, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

export type Body = Uint8Array | string | Readable;

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body?: Body | undefined;
}

/** One request and its response, over HTTP/1.1 or HTTP/2. */
export interface Exchange {
  readonly method: string;
  /** The raw request target, not decoded or normalised. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
  /** The ports of an HTTP/1.1 connection. */
  readonly connection?: { readonly localPort: number; readonly remotePort: number };
  /** Sends "100 Continue" to a client that waits for it before it sends the body. */
  proceed(): void;
  answer(answer: Answer): Promise<void>;
  /** Ends the connection without an answer. */
  drop(): void;
}

export function exchangeOverHttp1(request: IncomingMessage, response: ServerResponse): Exchange {
  const expects = request.headers.expect?.toLowerCase() === "100-continue";
  return {
    method: request.method ?? "GET",
    target: request.url ?? "/",
    headers: request.headers,
    body: request,
    connection: {
      localPort: request.socket.localPort ?? 0,
      remotePort: request.socket.remotePort ?? 0,
    },
    proceed: () => {
      if (expects) response.writeContinue();
    },
    answer: (answer) => write(request, response, answer),
    drop: () => void request.socket.destroy(),
  };
}

export function exchangeOverHttp2(request: Http2ServerRequest, response: Http2ServerResponse): Exchange {
  const host = request.headers[":authority"] ?? request.headers.host;
  return {
    method: request.method,
    target: request.url,
    headers: host === undefined ? request.headers : { ...request.headers, host },
    body: request,
    proceed: () => {},
    answer: (answer) => write(request, response, answer),
    drop: () => request.stream.session?.destroy(undefined, constants.NGHTTP2_INTERNAL_ERROR),
  };
}

async function write(
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
  { status, headers, body }: Answer,
): Promise<void> {
  if (!request.complete && !(await discard(request)) && request.httpVersionMajor === 1)
    headers.connection = "close";
  const content = typeof body === "string" ? Buffer.from(body) : body;
  if (content === undefined || content instanceof Uint8Array) {
    if (headers["content-length"] === undefined && status !== 204 && status !== 304)
      headers["content-length"] = String(content?.byteLength ?? 0);
    response.writeHead(status, headers);
    if (content && request.method !== "HEAD") response.end(content);
    else response.end();
    return;
  }
  response.writeHead(status, headers);
  if (request.method === "HEAD") {
    content.destroy();
    response.end();
  } else await pipeline(content, response as NodeJS.WritableStream).catch(ignoreDisconnect);
}

const DISCARD_MS = 1000;
const DISCARD_BYTES = 16 * 1024 * 1024;

/**
 * Reads and discards the rest of a body. Otherwise a client that is still sending gets a connection reset instead of
 * its response, and the rest of the body is parsed as the next request. False when the rest is too long.
 */
function discard(request: IncomingMessage | Http2ServerRequest): Promise<boolean> {
  if (request.headers.expect !== undefined && request.httpVersionMajor === 1) return Promise.resolve(false);
  return new Promise((resolve) => {
    let length = 0;
    const settle = (whole: boolean) => {
      clearTimeout(timer);
      request.off("data", onData).off("end", onEnd).off("close", onEnd).pause();
      resolve(whole);
    };
    const onEnd = () => settle(request.complete);
    const onData = (chunk: Buffer) => {
      length += chunk.byteLength;
      if (length > DISCARD_BYTES) settle(false);
    };
    const timer = setTimeout(() => settle(false), DISCARD_MS);
    request.on("data", onData).on("end", onEnd).on("close", onEnd);
  });
}

/** Ignores the error of a client that disconnects during its response. */
function ignoreDisconnect(error: NodeJS.ErrnoException): void {
  if (error.code !== "ERR_STREAM_PREMATURE_CLOSE" && error.code !== "ECONNRESET") throw error;
}
