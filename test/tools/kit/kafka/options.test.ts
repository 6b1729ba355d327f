import { strict as assert } from "node:assert";
import { mskToken } from "../../../../tools/kit/kafka/msk-token";
import { type KafkaGiven, kafkaConnection } from "../../../../tools/kit/kafka/options";

const none: KafkaGiven = { bootstrap: undefined, tls: false, ca: undefined, sasl: undefined };

describe("kafkaConnection", () => {
  it("takes the brokers from the flag, the environment, or this machine", () => {
    const brokers = (given: Partial<KafkaGiven>, env = {}) =>
      kafkaConnection({ ...none, ...given }, env).bootstrapBrokers;
    assert.deepEqual(brokers({}), ["127.0.0.1:9092"]);
    assert.deepEqual(brokers({}, { KAFKA_BOOTSTRAP: "a:1, b:2" }), ["a:1", "b:2"]);
    assert.deepEqual(brokers({ bootstrap: "c:3" }, { KAFKA_BOOTSTRAP: "a:1" }), ["c:3"]);
    assert.throws(() => brokers({ bootstrap: "a" }), { exitCode: 2, message: /takes host:port/ });
  });

  it("reads user and password from the environment, and sends no password in clear text", () => {
    const env = { KAFKA_USERNAME: "ana", KAFKA_PASSWORD: "secret" };
    const scram = kafkaConnection(
      { ...none, bootstrap: "b-1.msk:9096", tls: true, sasl: "SCRAM-SHA-512" },
      env,
    );
    assert.deepEqual(scram.sasl, { mechanism: "SCRAM-SHA-512", username: "ana", password: "secret" });
    assert.deepEqual(scram.tls, {});
    assert.throws(
      () => kafkaConnection({ ...none, sasl: "SCRAM-SHA-256" }, {}),
      /needs KAFKA_USERNAME and KAFKA_PASSWORD/,
    );
    assert.throws(() => kafkaConnection({ ...none, bootstrap: "b:1", sasl: "PLAIN" }, env), /add --tls/);
    assert.throws(() => kafkaConnection(none, { KAFKA_SASL: "GSSAPI" }), /KAFKA_SASL takes one of PLAIN/);
  });

  it("reaches MSK with TLS and a token of IAM", () => {
    const { sasl, tls } = kafkaConnection({ ...none, sasl: "MSK-IAM" }, { AWS_REGION: "eu-west-1" });
    assert.equal(sasl?.mechanism, "OAUTHBEARER");
    assert.equal(typeof sasl?.token, "function");
    assert.deepEqual(tls, {});
    assert.throws(
      () => kafkaConnection({ ...none, sasl: "MSK-IAM" }, {}),
      /^Error: no AWS region: set AWS_REGION/,
    );
  });
});

describe("mskToken", () => {
  it("is the presigned URL of kafka-cluster:Connect in base64url", async () => {
    const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "session" };
    const token = await mskToken("us-east-1", credentials, new Date("2026-11-29T05:03:49Z"));
    assert.match(token, /^[A-Za-z0-9_-]+$/);
    const url = new URL(Buffer.from(token, "base64url").toString());
    assert.equal(url.host, "kafka.us-east-1.amazonaws.com");
    const { "X-Amz-Signature": signature, ...parameters } = Object.fromEntries(url.searchParams);
    // The signature that aws-msk-iam-sasl-signer-js 1.0.3 gives for these credentials and this time.
    assert.equal(signature, "7bbb099bb073a9b2a765d17975971d67acc92b719ba84ab9fb39e08c8ba2ef54");
    assert.deepEqual(parameters, {
      Action: "kafka-cluster:Connect",
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Credential": "AKIDEXAMPLE/20261129/us-east-1/kafka-cluster/aws4_request",
      "X-Amz-Date": "20261129T050349Z",
      "X-Amz-Expires": "900",
      "X-Amz-Security-Token": "session",
      "X-Amz-SignedHeaders": "host",
      "User-Agent": "pricelake",
    });
  });
});
