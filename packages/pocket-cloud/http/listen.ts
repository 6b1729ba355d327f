import { once } from "node:events";
import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { createServer as createHttp2Server, type ServerHttp2Session } from "node:http2";
import { type AddressInfo, createServer as createSocketServer, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { exchangeOverHttp1, exchangeOverHttp2 } from "./exchange";
import { createFront, DEFAULT_LIMITS, type FrontOptions, type Limits } from "./front";
import { whenIdle } from "./idle";

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
    // Node's own timer would close connections that have a request waiting in a busy process.
    keepAliveTimeout: 0,
  });
  // Node checks for slow requests only after "listening", which this server never emits itself.
  http1.emit("listening");
  http1.on("request", (request, response) => handle(exchangeOverHttp1(request, response)));
  http1.on("checkContinue", (request, response) => handle(exchangeOverHttp1(request, response)));
  keepAlive(http1, limits.idleConnectionMs);
  const http2 = createHttp2Server();
  http2.on("request", (request, response) => handle(exchangeOverHttp2(request, response)));
  const sessions = new Set<ServerHttp2Session>();
  http2.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    session.on("error", () => session.destroy());
    closeWhenIdle(session, limits.idleConnectionMs);
  });

  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.setNoDelay(true);
    const idle = whenIdle(limits.idleMs, () => socket.destroy());
    socket.on("close", idle.stop);
    socket.once("readable", () => {
      idle.stop();
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

/** Tells whether a connection is used: by a stream or request that is open, or by traffic since the last time. */
function usageOf(traffic: () => number): { begin(): void; end(): void; isActive(): boolean } {
  let open = 0;
  let seen = 0;
  return {
    begin: () => open++,
    end: () => open--,
    isActive: () => {
      const before = seen;
      seen = traffic();
      return open > 0 || seen !== before;
    },
  };
}

const trafficOf = (socket: Socket | TLSSocket | undefined): number =>
  (socket?.bytesRead ?? 0) + (socket?.bytesWritten ?? 0);

/** Closes a session that has no open stream and no traffic. A subscription may be silent for longer. */
function closeWhenIdle(session: ServerHttp2Session, idleMs: number): void {
  const usage = usageOf(() => trafficOf(session.socket));
  session.on("stream", (stream) => {
    usage.begin();
    stream.on("close", usage.end);
  });
  const idle = whenIdle(idleMs, () => session.close(), usage.isActive);
  session.on("close", idle.stop);
}

/** Closes kept connections of HTTP/1.1 on which no request runs. */
function keepAlive(server: HttpServer, idleMs: number): void {
  const usages = new WeakMap<Socket, ReturnType<typeof usageOf>>();
  server.on("connection", (socket: Socket) => {
    const usage = usageOf(() => trafficOf(socket));
    usages.set(socket, usage);
    const idle = whenIdle(idleMs, () => socket.destroy(), usage.isActive);
    socket.on("close", idle.stop);
  });
  const watch = (request: IncomingMessage, response: ServerResponse) => {
    const usage = usages.get(request.socket);
    usage?.begin();
    response.on("close", () => usage?.end());
  };
  server.prependListener("request", watch);
  server.prependListener("checkContinue", watch);
}
