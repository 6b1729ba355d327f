import { strict as assert } from "node:assert";
import { hasEngines, kafkaUser, type SecuredKafka, securedKafkaEngine } from "../../../engines/engines";
import { pricelake } from "../../../pipeline/command";
import { temporaryDirectory } from "../../../support/temporary";

describe("Kafka with TLS and SASL", function () {
  this.timeout(300_000);
  const dir = temporaryDirectory();
  let kafka: SecuredKafka;
  before(async function () {
    if (!hasEngines("kafka")) return this.skip();
    kafka = await securedKafkaEngine();
    await kafka.start();
  });
  after(async () => {
    await kafka?.remove();
    dir.remove();
  });

  const env = (sasl: string, more: NodeJS.ProcessEnv = {}) => ({
    ...{ KAFKA_BOOTSTRAP: kafka.secured, KAFKA_CA: kafka.certificate, KAFKA_SASL: sasl },
    ...{ KAFKA_USERNAME: kafkaUser.username, KAFKA_PASSWORD: kafkaUser.password },
    ...more,
  });
  const collect = (topic: string, environment: NodeJS.ProcessEnv) =>
    pricelake(
      [
        ...["collect", "--source", "sample", "--to", `kafka:${topic}`, "--partitions", "1"],
        ...["--rate", "1000", "--limit", "50", "--dir", dir.path, "--json"],
      ],
      environment,
    );

  for (const mechanism of ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
    it(`sends and reads with ${mechanism}`, async () => {
      const topic = mechanism.toLowerCase();
      const sent = await collect(topic, env(mechanism));
      assert.equal(sent.code, 0, sent.stderr);
      const { rows } = JSON.parse(sent.stdout) as { rows: number };
      const read = await pricelake(
        ["consume", "--from", `kafka:${topic}`, "--feed", "posts", "--json"],
        env(mechanism),
      );
      assert.equal(read.code, 0, read.stderr);
      assert.equal(read.stdout.trimEnd().split("\n").length, rows);
    });

  it("says that the credentials are refused, and does not try them again", async () => {
    for (const mechanism of ["PLAIN", "SCRAM-SHA-512"]) {
      const { code, stderr } = await collect("wrong", env(mechanism, { KAFKA_PASSWORD: "wrong" }));
      assert.equal(code, 1, stderr);
      assert.match(stderr, /^pricelake: 127\.0\.0\.1:\d+ refuses the credentials: .*; see --sasl$/m);
    }
  });

  it("refuses a broker whose certificate it does not know", async () => {
    const { code, stderr } = await collect("unknown", env("PLAIN", { KAFKA_CA: undefined, KAFKA_TLS: "1" }));
    assert.equal(code, 1, stderr);
    assert.match(stderr, /self-signed certificate/);
  });
});
