import { strict as assert } from "node:assert";
import { Admin } from "@platformatic/kafka";
import { kafkaDestination } from "../../../../tools/collect/destinations/kafka";
import { type Engine, hasEngines, kafkaEngine } from "../../../engines/engines";

describe("A Kafka topic to collect into", function () {
  this.timeout(300_000);
  let kafka: Engine;
  before(async function () {
    if (!hasEngines("kafka")) return this.skip();
    kafka = await kafkaEngine();
    await kafka.start();
  });
  after(() => kafka?.remove());

  it("is created once by several collectors that begin together", async () => {
    const connection = { clientId: "test", bootstrapBrokers: [kafka.address] };
    const collectors = [1, 2, 3, 4].map(() => kafkaDestination("together", connection, 2, () => {}));
    for (const destination of await Promise.all(collectors)) await destination.close();
    const admin = new Admin(connection);
    const topics = await admin.listTopics();
    await admin.close();
    assert.deepEqual(
      topics.filter((topic) => topic === "together"),
      ["together"],
    );
  });
});
