import { readFileSync } from "node:fs";
import type { BaseOptions } from "@platformatic/kafka";
import { messageOf, UsageError } from "../errors";
import { choice, flag, text } from "../options";
import { mskToken } from "./msk-token";

/** MSK-IAM is OAUTHBEARER with a token that AWS credentials sign. */
const mechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "MSK-IAM"] as const;

/** Options of every command that connects to Kafka. Passwords come from the environment: command lines are visible. */
export const kafkaOptions = {
  bootstrap: text(
    "HOSTS",
    "kafka: host:port, several with commas; default $KAFKA_BOOTSTRAP or 127.0.0.1:9092",
  ),
  tls: flag("kafka: encrypts the connection; default with KAFKA_TLS=1, and always with MSK-IAM"),
  ca: text("FILE", "kafka: certificate authority of the brokers; default $KAFKA_CA or the system's"),
  sasl: choice(
    "MECHANISM",
    `kafka: ${mechanisms.join(", ")}; default $KAFKA_SASL. Reads KAFKA_USERNAME and KAFKA_PASSWORD; MSK-IAM uses the AWS ` +
      "credential chain and AWS_REGION",
    mechanisms,
  ),
};

export interface KafkaGiven {
  readonly bootstrap: string | undefined;
  readonly tls: boolean;
  readonly ca: string | undefined;
  readonly sasl: (typeof mechanisms)[number] | undefined;
}

/** The client's connection options from flags and environment. */
export function kafkaConnection(given: KafkaGiven, env: NodeJS.ProcessEnv = process.env): BaseOptions {
  const sasl = given.sasl ?? mechanismOf(env.KAFKA_SASL);
  const ca = given.ca ?? env.KAFKA_CA;
  const tls = given.tls || env.KAFKA_TLS === "1" || ca !== undefined || sasl === "MSK-IAM";
  // A password in clear text crosses no network, except within this machine.
  const bootstrapBrokers = brokersOf(given.bootstrap ?? env.KAFKA_BOOTSTRAP ?? "127.0.0.1:9092");
  if (sasl === "PLAIN" && !tls && !bootstrapBrokers.every(isLoopback))
    throw new UsageError("--sasl PLAIN sends the password as it is: add --tls");
  return {
    clientId: "pricelake",
    bootstrapBrokers,
    ...(tls && { tls: ca === undefined ? {} : { ca: certificate(ca) } }),
    ...(sasl && { sasl: saslOf(sasl, env) }),
  };
}

function mechanismOf(name: string | undefined): (typeof mechanisms)[number] | undefined {
  if (name === undefined || name === "") return undefined;
  const found = mechanisms.find((each) => each === name);
  if (found) return found;
  throw new UsageError(`KAFKA_SASL takes one of ${mechanisms.join(", ")}, not "${name}"`);
}

function brokersOf(hosts: string): string[] {
  const brokers = hosts.split(",").map((host) => host.trim());
  for (const broker of brokers)
    if (!/^(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}$/.test(broker))
      throw new UsageError(`--bootstrap takes host:port, several with commas, not "${broker}"`);
  return brokers;
}

const isLoopback = (broker: string): boolean => /^(?:127\.0\.0\.1|localhost|\[::1\]):/.test(broker);

function certificate(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`--ca ${path}: ${messageOf(error)}`);
  }
}

function saslOf(
  mechanism: (typeof mechanisms)[number],
  env: NodeJS.ProcessEnv,
): NonNullable<BaseOptions["sasl"]> {
  if (mechanism === "MSK-IAM") {
    const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
    if (!region)
      throw new UsageError("no AWS region: set AWS_REGION to that of the cluster, for --sasl MSK-IAM");
    return { mechanism: "OAUTHBEARER", token: () => mskToken(region) };
  }
  const { KAFKA_USERNAME: username, KAFKA_PASSWORD: password } = env;
  if (!username || !password)
    throw new UsageError(`--sasl ${mechanism} needs KAFKA_USERNAME and KAFKA_PASSWORD in the environment`);
  return { mechanism, username, password };
}
