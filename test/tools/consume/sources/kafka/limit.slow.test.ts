import { strict as assert } from "node:assert";
import { ProduceAcks, Producer } from "@platformatic/kafka";
import { kafkaDestination } from "../../../../../tools/collect/destinations/kafka";
import { type Engine, hasEngines, kafkaEngine } from "../../../../engines/engines";
import { pricelake } from "../../../../pipeline/command";

describe("consume --limit of a Kafka topic", function () {
  this.timeout(180_000);
  let kafka: Engine;
  before(async function () {
    if (!hasEngines("kafka")) return this.skip();
    kafka = await kafkaEngine();
    await kafka.start();
  });
  after(() => kafka?.remove());

  it("ends after so many rows, and the group continues with the next one", async () => {
    const connection = { clientId: "limit", bootstrapBrokers: [kafka.address] };
    await (await kafkaDestination("stocks", connection, 1, () => {})).close();
    const producer = new Producer(connection);
    const messages = Array.from({ length: 10 }, (_, i) => ({
      topic: "stocks",
      value: Buffer.from(JSON.stringify({ ticker_symbol: "ALY", price: i })),
    }));
    await producer.send({ messages, acks: ProduceAcks.ALL });
    await producer.close();
    const read = async (...args: string[]) => {
      const group = ["--from", "kafka:stocks", "--group", "g", "--json"];
      const { code, stdout, stderr } = await pricelake(["consume", ...group, ...args], {
        KAFKA_BOOTSTRAP: kafka.address,
      });
      assert.equal(code, 0, stderr);
      const rows = stdout.split("\n").filter((line) => line !== "");
      return rows.map((line) => (JSON.parse(line) as { price: number }).price);
    };
    assert.deepEqual(await read("--limit", "4"), [0, 1, 2, 3]);
    assert.deepEqual(await read("--limit", "3", "--where", "price>=5", "--follow"), [5, 6, 7]);
    assert.deepEqual(await read(), [8, 9]);
  });
});
