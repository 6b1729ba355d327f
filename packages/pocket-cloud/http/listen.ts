import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createHttp2Server, type ServerHttp2Session } from "node:http2";
import { type AddressInfo, createServer as createSocketServer, type Socket } from "node:net";
import { exchangeOverHttp1, exchangeOverHttp2 } from "./exchange";
import { createFront, DEFAULT_LIMITS, type FrontOptions, type Limits } from "./front";

export interface Listener {
  readonly port: number;
  /** Stops listening and closes all connections. */
  close(): Promise<void>;
}

export class PortInUse extends Error {
  readonly exitCode = 1;

  constructor(port: number) {
    super(`port ${port} of ${LOOPBACK} is in use; choose another with --port, or 0 for a free one`);
  }
}

export interface ListenOptions {
  readonly port: number;
  readonly front: Omit<FrontOptions, "limits" | "port">;
  readonly limits?: Limits;
}

const LOOPBACK = "127.0.0.1";
/** The first bytes of an HTTP/2 connection without TLS (RFC 9113, prior knowledge). */
const HTTP2_PREFACE = "PRI ";
const SLOW_REQUEST_MS = 300_000;

/** Listens on one loopback port for both HTTP versions; the first bytes of a connection tell which it uses. */
export async function listen({ port, front, limits = DEFAULT_LIMITS }: ListenOptions): Promise<Listener> {
  let bound = port;
  const handle = createFront({ ...front, limits, port: () => bound });
  const http1 = createServer({
    headersTimeout: limits.idleMs,
    requestTimeout: SLOW_REQUEST_MS,
    connectionsCheckingInterval: limits.idleMs,
  });
  // Node checks for slow requests only after "listening", which this server never emits itself.
  http1.emit("listening");
  http1.on("request", (request, response) => handle(exchangeOverHttp1(request, response)));
  http1.on("checkContinue", (request, response) => handle(exchangeOverHttp1(request, response)));
  const http2 = createHttp2Server();
  http2.on("request", (request, response) => handle(exchangeOverHttp2(request, response)));
  const sessions = new Set<ServerHttp2Session>();
  http2.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    session.on("error", () => session.destroy());
    closeWhenIdle(session, limits.idleSessionMs);
  });

  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.setNoDelay(true);
    socket.setTimeout(limits.idleMs, () => socket.destroy());
    socket.once("readable", () => {
      socket.setTimeout(0);
      const first = socket.read() as Buffer | null;
      if (!first) return;
      socket.unshift(first);
      const preface = first.toString("latin1", 0, HTTP2_PREFACE.length);
      (preface === HTTP2_PREFACE ? http2 : http1).emit("connection", socket);
    });
  });
  server.listen(port, LOOPBACK);
  await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
    throw error.code === "EADDRINUSE" ? new PortInUse(port) : error;
  });
  bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const session of sessions) session.destroy();
      for (const socket of sockets) socket.destroy();
      http1.close();
      http2.close();
      await closed;
    },
  };
}

/** Closes a session that has no open stream and no traffic. A subscription may be silent for longer. */
function closeWhenIdle(session: ServerHttp2Session, idleMs: number): void {
  let open = 0;
  session.on("stream", (stream) => {
    open++;
    stream.on("close", () => open--);
  });
  session.setTimeout(idleMs, () => {
    if (open === 0) session.close();
  });
}
