import { strict as assert } from "node:assert";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { KinesisClient, ListStreamsCommand } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { collect } from "../../http/body";
import type { Service } from "../../service";
import { openDoor } from "./door";
import { kinesis } from "./kinesis";

const IDLE_MS = 100;
const BUSY_MS = 2 * IDLE_MS;

/** As a command does that counts millions of rows in the process of its cloud. */
function blockEventLoop(millis: number): void {
  for (const end = performance.now() + millis; performance.now() < end; );
}

describe("A process that is busy for longer than the idle time of connections", () => {
  let door: Awaited<ReturnType<typeof openDoor>>;
  before(async () => {
    door = await openDoor([kinesis as Service], { idleMs: IDLE_MS, idleConnectionMs: IDLE_MS });
  });
  after(async () => door.close());

  const connected = async (): Promise<Socket> => {
    const socket = connect(Number(new URL(door.endpoint).port), "127.0.0.1");
    await once(socket, "connect");
    return socket;
  };

  it("answers requests that arrived meanwhile on new connections", async () => {
    for (let round = 0; round < 10; round++) {
      const client = new KinesisClient({
        endpoint: door.endpoint,
        region: "us-east-1",
        credentials: door.credentials,
        maxAttempts: 1,
      });
      const asked = client.send(new ListStreamsCommand({}));
      // A few turns later the connection is open and its first bytes are in the kernel.
      for (let turn = 0; turn < round; turn++) await new Promise(setImmediate);
      blockEventLoop(BUSY_MS);
      assert.deepEqual((await asked).StreamNames, ["prices"], `after ${round} turns`);
      client.destroy();
    }
  });

  it("answers requests on connections that were idle meanwhile", async () => {
    const client = new KinesisClient({
      endpoint: door.endpoint,
      region: "us-east-1",
      credentials: door.credentials,
      maxAttempts: 1,
      // Kinesis is the one client that uses HTTP/2; the others keep connections of HTTP/1.1.
      requestHandler: new NodeHttpHandler(),
    });
    for (let round = 0; round < 5; round++) {
      assert.deepEqual((await client.send(new ListStreamsCommand({}))).StreamNames, ["prices"]);
      blockEventLoop(BUSY_MS);
    }
    client.destroy();
  });

  it("takes a body that arrived meanwhile", async () => {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const sender = connect((server.address() as AddressInfo).port, "127.0.0.1");
    const [receiver] = (await once(server, "connection")) as [Socket];
    const body = collect(receiver, { maxBytes: 100, idleMs: IDLE_MS });
    sender.end("{}");
    blockEventLoop(BUSY_MS);
    assert.equal((await body).toString(), "{}");
    server.close();
  });

  it("closes connections that sent nothing", async () => {
    const socket = await connected();
    blockEventLoop(BUSY_MS);
    await once(socket, "close");
  });
});
