import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface FreezingProxy {
  readonly port: number;
  /** Sets where connections go. */
  to(address: string): void;
  /** Connections stay open, and nothing passes any more. New connections work. */
  freeze(): void;
  /** New connections are accepted, and nothing passes. */
  hold(): void;
  release(): void;
  close(): void;
}

/** A proxy on the loopback that can stop to pass data without closing its connections. */
export async function freezingProxy(): Promise<FreezingProxy> {
  const sockets = new Set<Socket>();
  let target = 0;
  let held = false;
  const server = createServer((client) => {
    const join = (socket: Socket) => {
      sockets.add(socket);
      socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    };
    join(client);
    if (held) return;
    const broker = connect(target, "127.0.0.1");
    join(broker);
    client.pipe(broker).pipe(client);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const freeze = () => {
    for (const socket of sockets) socket.unpipe().pause();
  };
  return {
    port: (server.address() as AddressInfo).port,
    to: (address) => {
      target = Number(address.split(":")[1]);
    },
    freeze,
    hold: () => {
      held = true;
      freeze();
    },
    release: () => {
      held = false;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
