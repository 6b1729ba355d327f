import { strict as assert } from "node:assert";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { ProduceAcks, Producer } from "@platformatic/kafka";
import { kafkaDestination } from "../../../../../tools/collect/destinations/kafka";
import { readTopic } from "../../../../../tools/consume/sources/kafka/topic-reader";
import { type Engine, hasEngines, kafkaEngine } from "../../../../engines/engines";
import { until } from "../../../agent/running";

describe("A Kafka client on frozen connections", function () {
  this.timeout(300_000);
  let kafka: Engine;
  let proxy: Server;
  const passing = new Set<Socket>();
  before(async function () {
    if (!hasEngines("kafka")) return this.skip();
    proxy = createServer((client) => {
      const broker = connect(Number(kafka.address.split(":")[1]), "127.0.0.1");
      for (const socket of [client, broker]) {
        passing.add(socket);
        socket.on("error", () => {}).on("close", () => passing.delete(socket));
      }
      client.pipe(broker).pipe(client);
    }).listen(0, "127.0.0.1");
    await once(proxy, "listening");
    kafka = await kafkaEngine({ advertised: (proxy.address() as AddressInfo).port });
    await kafka.start();
  });
  after(async () => {
    for (const socket of passing) socket.destroy();
    proxy?.close();
    await kafka?.remove();
  });

  /** The connections stay open, and nothing passes any more. New connections work. */
  const freeze = () => {
    for (const socket of passing) socket.unpipe().pause();
  };

  it("is replaced, and reads on", async () => {
    const { port } = proxy.address() as AddressInfo;
    const connection = { clientId: "frozen", bootstrapBrokers: [`127.0.0.1:${port}`] };
    await (await kafkaDestination("ticks", connection, 1, () => {})).close();
    const send = async (value: string) => {
      const producer = new Producer(connection);
      await producer.send({
        messages: [{ topic: "ticks", value: Buffer.from(value) }],
        acks: ProduceAcks.ALL,
      });
      await producer.close();
    };
    const stop = new AbortController();
    const read: string[] = [];
    const said: string[] = [];
    const reading = readTopic({
      ...{ connection, topic: "ticks", group: "g", from: "earliest", follow: true, signal: stop.signal },
      log: (text) => said.push(text.replace(/\d+\.\d s$/, "soon").replace(String(port), "port")),
      checkMillis: 1000,
      take: async (messages) => void read.push(...messages.map(({ value }) => String(value))),
    });
    await send("one");
    await until("the first is read", () => read.length === 1, 20);
    freeze();
    await send("two");
    await until("the second is read", () => read.includes("two"), 60);
    assert.match(said[0] ?? "", /^127\.0\.0\.1:port: .*; connecting again in soon$/);
    stop.abort();
    await reading;
  });
});
