import { strict as assert } from "node:assert";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { answered, askKafka, askMongo } from "./ready";

/** A server that accepts connections, without an answer. */
async function listening(accept: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    accept(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

const running = { millis: 300, ended: () => undefined };

describe("A server for tests", () => {
  for (const [name, ask, reason] of [
    ["kafka", askKafka, "no answer for 0.5 s"],
    ["mongo-server", askMongo, "Server selection timed out"],
  ] as const) {
    it(`is not ready while it only accepts connections: ${name}`, async () => {
      const silent = await listening(() => {});
      try {
        await assert.rejects(
          answered(name, () => ask(silent.address, 500), running),
          ({ message }: Error) => message.startsWith(`${name} gives no answer for 0.3 s: ${reason}`),
        );
      } finally {
        silent.close();
      }
    });

    it(`is not ready while it closes connections: ${name}`, async () => {
      const closing = await listening((socket) => socket.destroy());
      try {
        await assert.rejects(
          answered(name, () => ask(closing.address, 500), running),
          ({ message }: Error) => message.startsWith(`${name} gives no answer for 0.3 s: `),
        );
      } finally {
        closing.close();
      }
    });
  }

  it("is asked again until it answers", async () => {
    let asked = 0;
    const ask = async () => {
      if (++asked < 3) throw new Error("not yet");
    };
    await answered("kafka", ask, { millis: 60_000, ended: () => undefined });
    assert.equal(asked, 3);
  });

  it("is not asked again once its process has ended", async () => {
    const ask = () => Promise.reject(new Error("refused"));
    await assert.rejects(answered("kafka", ask, { millis: 60_000, ended: () => "code 1" }), {
      message: "kafka ended with code 1",
    });
  });
});
