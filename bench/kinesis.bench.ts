import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import {
  CreateStreamCommand,
  KinesisClient,
  type KinesisClientConfig,
  PutRecordsCommand,
  waitUntilStreamExists,
} from "@aws-sdk/client-kinesis";
import { type Bench, median } from "./bench";

const RECORDS = 500;
const CALLS = 60;
const QUICK_CALLS = 3;
const ROUNDS = 5;
const AT_ONCE = 4;
const StreamName = "bench";

interface Started {
  readonly child: ChildProcess;
  readonly port: number;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

interface Signed {
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
}

async function start(kind: string, dir: string): Promise<Started> {
  const child = spawn(
    process.execPath,
    ["--require", "tsx/cjs", join(__dirname, "kinesis-server.ts"), kind, dir],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return { child, ...(JSON.parse(line) as Omit<Started, "child">) };
}

/** Requests signed by the SDK in advance, so that only the server is measured. */
async function signedCalls({ port, credentials }: Started, count: number): Promise<Signed[]> {
  const options = {
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials,
    maxAttempts: 1,
  };
  const { NodeHttpHandler } = await import("@smithy/node-http-handler");
  const overHttp1 = { requestHandler: new NodeHttpHandler() };
  const real = new KinesisClient({ ...options, ...overHttp1 });
  await real.send(new CreateStreamCommand({ StreamName, ShardCount: 4 }));
  await waitUntilStreamExists({ client: real, maxWaitTime: 30, minDelay: 1 }, { StreamName });
  real.destroy();
  const signed: Signed[] = [];
  const capture = new KinesisClient({
    ...options,
    requestHandler: {
      handle: async (made: Signed) => {
        signed.push({ headers: made.headers, body: made.body });
        throw new Error("captured");
      },
    } as unknown as NonNullable<KinesisClientConfig["requestHandler"]>,
  });
  for (let i = 0; i < count; i++) {
    const Records = Array.from({ length: RECORDS }, (_, at) => ({
      PartitionKey: `coin-${(i * RECORDS + at) % 997}`,
      Data: Buffer.from(
        `{"coin_id":"coin-${at}","price":${at * 1.5},"call":${i},"filling":"${"x".repeat(40)}"}\n`,
      ),
    }));
    await capture.send(new PutRecordsCommand({ StreamName, Records })).catch(() => undefined);
  }
  return signed;
}

/** Records per second, median of several rounds. */
async function rate(port: number, calls: readonly Signed[]): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const send = ({ headers, body }: Signed) =>
    new Promise<void>((resolve, reject) => {
      const sent = request(
        { port, host: "127.0.0.1", method: "POST", path: "/", headers, agent },
        (response) => {
          response.resume().once("end", resolve);
          if (response.statusCode !== 200) reject(new Error(`PutRecords answered ${response.statusCode}`));
        },
      );
      sent.once("error", reject).end(body);
    });
  const round = async () => {
    const begin = performance.now();
    let next = 0;
    const lane = async () => {
      for (let call = calls[next++]; call; call = calls[next++]) await send(call);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return ((calls.length * RECORDS) / (performance.now() - begin)) * 1000;
  };
  await round();
  const rates: number[] = [];
  for (let i = 0; i < ROUNDS; i++) rates.push(await round());
  agent.destroy();
  return median(rates);
}

/** Runs the servers one after the other, each alone. */
async function measured(kind: string, dir: string, count: number): Promise<number> {
  const server = await start(kind, join(dir, kind));
  try {
    return await rate(server.port, await signedCalls(server, count));
  } finally {
    server.child.kill();
    await once(server.child, "exit");
  }
}

export const bench: Bench = {
  name: "embedded Kinesis",
  run: async ({ quick }) => {
    const dir = mkdtempSync(join(tmpdir(), "bench-kinesis-"));
    const count = quick ? QUICK_CALLS : CALLS;
    try {
      const onDisk = await measured("kinesalite", dir, count);
      const inMemory = await measured("kinesalite-in-memory", dir, count);
      const value = await measured("cloud", dir, count);
      const figure = (what: string, peer: number) => ({
        metric: `PutRecords × ${RECORDS} over HTTP, kept on disk`,
        value,
        unit: "records/s",
        against: { what, value: peer },
        target: { atLeast: 2.5 },
      });
      return [figure("kinesalite on disk", onDisk), figure("kinesalite in memory", inMemory)];
    } finally {
      rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    }
  },
};
