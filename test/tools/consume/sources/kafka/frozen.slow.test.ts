import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { ProduceAcks, Producer } from "@platformatic/kafka";
import { kafkaDestination } from "../../../../../tools/collect/destinations/kafka";
import { readTopic } from "../../../../../tools/consume/sources/kafka/topic-reader";
import { type Engine, hasEngines, kafkaEngine } from "../../../../engines/engines";
import { type FreezingProxy, freezingProxy } from "../../../../engines/proxy";
import { until, within } from "../../../agent/running";

describe("A Kafka client on frozen connections", function () {
  this.timeout(300_000);
  let kafka: Engine;
  let proxy: FreezingProxy;
  before(async function () {
    if (!hasEngines("kafka")) return this.skip();
    proxy = await freezingProxy();
    kafka = await kafkaEngine({ advertised: proxy.port });
    proxy.to(kafka.address);
    await kafka.start();
  });
  after(async () => {
    proxy?.close();
    await kafka?.remove();
  });

  const connection = () => ({ clientId: "frozen", bootstrapBrokers: [`127.0.0.1:${proxy.port}`] });
  const ownTopic = async (topic: string) =>
    (await kafkaDestination(topic, connection(), 1, () => {})).close();

  /** Reads a topic as a member of a group, by default of the same name. */
  function reading(topic: string, group = topic) {
    const stop = new AbortController();
    const read: string[] = [];
    const said: string[] = [];
    const ended = readTopic({
      ...{
        connection: connection(),
        topic,
        group,
        from: "earliest",
        follow: true,
        signal: stop.signal,
      },
      log: (text) => said.push(text.replace(/\d+\.\d s$/, "soon").replace(String(proxy.port), "port")),
      checkMillis: 1000,
      take: async (messages) => {
        read.push(...messages.map(({ value }) => String(value)));
        return messages.length;
      },
    });
    ended.catch(() => {});
    return { read, said, ended, stop: () => stop.abort() };
  }

  it("is replaced, and reads on", async () => {
    await ownTopic("ticks");
    const send = async (value: string) => {
      const producer = new Producer(connection());
      await producer.send({
        messages: [{ topic: "ticks", value: Buffer.from(value) }],
        acks: ProduceAcks.ALL,
      });
      await producer.close();
    };
    const { read, said, ended, stop } = reading("ticks");
    await send("one");
    await until("the first is read", () => read.length === 1);
    proxy.freeze();
    await send("two");
    await until("the second is read", () => read.includes("two"));
    assert.match(said[0] ?? "", /^127\.0\.0\.1:port: .*; connecting again in soon$/);
    stop();
    await ended;
  });

  it("is replaced, and sends on", async () => {
    const refused: string[] = [];
    const { send, close } = await kafkaDestination("sent", connection(), 1, (reason) => refused.push(reason));
    const { signal } = new AbortController();
    const row = (line: string) => [{ kind: "malformed" as const, line, reason: "no row of a feed" }];
    await send(row("one"), signal);
    proxy.freeze();
    await within(100, "the row is sent", send(row("two"), signal));
    assert.ok(refused.length > 0);
    await within(100, "the destination is closed", close());
    const { read, ended, stop } = reading("sent");
    await until("both are read", () => read.includes("two"));
    assert.equal(read[0], "one");
    stop();
    await ended;
  });

  it("ends when it is stopped while it joins the group, at any moment", async () => {
    await ownTopic("joining");
    for (let millis = 0; millis < 80; millis += 2) {
      const { ended, stop } = reading("joining", `joining-${millis}`);
      await sleep(millis);
      stop();
      await within(100, "the reading ends", ended);
    }
  });

  it("ends when it is stopped while the broker does not answer", async () => {
    await ownTopic("silent");
    proxy.hold();
    try {
      const { ended, stop } = reading("silent");
      await sleep(500);
      stop();
      await within(100, "the reading ends", ended);
    } finally {
      proxy.release();
    }
  });
});
