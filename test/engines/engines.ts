import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { messageOf } from "../../tools/kit/errors";
import { temporaryDirectory } from "../support/temporary";
import { answered, askKafka, askMongo } from "./ready";

const root = process.env.PRICELAKE_ENGINES ?? join(homedir(), ".cache/pricelake-engines");

type Name = "kafka" | "mongo-server";

const missingOf = (engines: readonly Name[]): Name[] =>
  engines.filter((engine) => !existsSync(join(root, engine === "kafka" ? "kafka/complete" : engine)));

/** Whether the engines are installed; if not, says how to install them. */
export function hasEngines(...engines: readonly Name[]): boolean {
  const missing = missingOf(engines);
  if (missing.length > 0)
    process.stderr.write(
      `skipped: no ${missing.join(" and ")} in ${root}; test/engines/install.sh installs them\n`,
    );
  return missing.length === 0;
}

/** A server process that can be stopped, killed and started again on the same port and data. */
export interface Engine {
  readonly address: string;
  start(): Promise<void>;
  kill(): Promise<void>;
  remove(): Promise<void>;
}

const START_MS = 120_000;
/** Characters of the server's log that a failed start shows. */
const LOG_SHOWN = 3000;

async function engine(
  name: Name,
  command: (port: number, dir: string) => readonly string[],
  ask: (address: string) => Promise<void>,
): Promise<Engine> {
  const { path: dir, remove } = temporaryDirectory();
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const kill = async () => {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    running.kill("SIGKILL");
    await once(running, "exit");
  };
  return {
    address,
    async start() {
      const file = join(dir, "log");
      const log = openSync(file, "a");
      const [program = "", ...args] = command(port, dir);
      const started = spawn(program, args, { stdio: ["ignore", log, log] });
      child = started;
      const ended = () => {
        const { exitCode, signalCode } = started;
        return exitCode === null && signalCode === null ? undefined : `${signalCode ?? exitCode}`;
      };
      try {
        await answered(name, () => ask(address), { millis: START_MS, ended });
      } catch (error) {
        // The file goes with the engine when a test fails.
        throw new Error(`${messageOf(error)}\n${readFileSync(file, "utf8").slice(-LOG_SHOWN)}`);
      }
    },
    kill,
    async remove() {
      await kill();
      remove();
    },
  };
}

/** A user of the secured listener. */
export const kafkaUser = { username: "lab", password: "lab-secret" };

export interface SecuredKafka extends Engine {
  /** Address of the listener with TLS and SASL: PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512. */
  readonly secured: string;
  /** File of the broker's certificate, which signs itself. */
  readonly certificate: string;
}

/** Apache Kafka with a second listener that has TLS and SASL. */
export async function securedKafkaEngine(): Promise<SecuredKafka> {
  const { path: dir, remove } = temporaryDirectory();
  const port = await freePort();
  const keystore = join(dir, "broker.p12");
  const certificate = join(dir, "broker.pem");
  const store = ["-keystore", keystore, "-storepass", kafkaUser.password, "-alias", "broker"];
  const name = ["-dname", "CN=localhost", "-ext", "SAN=ip:127.0.0.1,dns:localhost", "-ext", "bc=ca:true"];
  const key = ["-keyalg", "RSA", "-validity", "2", "-storetype", "PKCS12"];
  execFileSync("keytool", ["-genkeypair", ...store, ...name, ...key], { stdio: "ignore" });
  execFileSync("keytool", ["-exportcert", "-rfc", "-file", certificate, ...store], { stdio: "ignore" });
  const secured = `127.0.0.1:${port}`;
  const engine = await kafkaEngine({
    ask: () =>
      askKafka(secured, undefined, {
        tls: { ca: readFileSync(certificate) },
        sasl: { mechanism: "SCRAM-SHA-512", ...kafkaUser },
      }),
    listener: `SASL_SSL://${secured}`,
    settings: securedConfig(keystore),
    format: ["SCRAM-SHA-256", "SCRAM-SHA-512"].flatMap((mechanism) => [
      "--add-scram",
      `${mechanism}=[name=${kafkaUser.username},password=${kafkaUser.password}]`,
    ]),
  });
  return {
    ...engine,
    secured,
    certificate,
    remove: async () => {
      await engine.remove();
      remove();
    },
  };
}

const securedConfig = (keystore: string): string => {
  const login = "org.apache.kafka.common.security";
  const { username, password } = kafkaUser;
  return `listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL
ssl.keystore.location=${keystore}
ssl.keystore.password=${password}
ssl.keystore.type=PKCS12
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.sasl_ssl.plain.sasl.jaas.config=${login}.plain.PlainLoginModule required user_${username}="${password}";
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=${login}.scram.ScramLoginModule required;
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=${login}.scram.ScramLoginModule required;
`;
};

interface KafkaOptions {
  /** What the broker must answer to be ready, beside its plain listener. */
  readonly ask?: () => Promise<void>;
  /** A second listener. */
  readonly listener?: string | undefined;
  readonly settings?: string;
  /** Port of a proxy that clients are sent to. */
  readonly advertised?: number | undefined;
  /** Further arguments of the formatting of the storage. */
  readonly format?: readonly string[];
}

/** Apache Kafka: one KRaft node, plain text on the loopback. */
export async function kafkaEngine({
  listener,
  settings = "",
  format = [],
  advertised,
  ask,
}: KafkaOptions = {}): Promise<Engine> {
  const controller = await freePort();
  const java = (dir: string, ...args: string[]) => [
    ...["java", "-Xmx512m", "-cp", `${root}/kafka/*`, `-Dlog4j2.configurationFile=${dir}/log4j2.properties`],
    ...args,
  ];
  return engine(
    "kafka",
    (port, dir) => {
      const config = join(dir, "server.properties");
      if (!existsSync(config)) {
        mkdirSync(join(dir, "data"));
        writeFileSync(join(dir, "log4j2.properties"), "rootLogger.level=error\n");
        const data = join(dir, "data");
        writeFileSync(config, kafkaConfig({ port, controller, data, listener, advertised }) + settings);
        const [program = "", ...args] = java(
          dir,
          "kafka.tools.StorageTool",
          "format",
          "-t",
          CLUSTER,
          "-c",
          config,
          ...format,
        );
        execFileSync(program, args, { stdio: "ignore" });
      }
      return java(dir, "kafka.Kafka", config);
    },
    async (address) => {
      await askKafka(address);
      await ask?.();
    },
  );
}

const CLUSTER = "MkU3OEVBNTcwNTJENDM2Qg";

const kafkaConfig = ({
  port,
  controller,
  data,
  listener,
  advertised = port,
}: Pick<KafkaOptions, "advertised" | "listener"> & {
  readonly port: number;
  readonly controller: number;
  readonly data: string;
}): string => `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}${listener ? `,${listener}` : ""}
advertised.listeners=PLAINTEXT://127.0.0.1:${advertised}${listener ? `,${listener}` : ""}
controller.listener.names=CONTROLLER
log.dirs=${data}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=3
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
`;

/** FerretDB with SQLite. */
export const mongoEngine = (): Promise<Engine> =>
  engine(
    "mongo-server",
    (port, dir) => [join(root, "mongo-server"), ...["--listen", `127.0.0.1:${port}`, "--dir", dir]],
    askMongo,
  );

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
