import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { CreateBucketCommand, PutObjectCommand, S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import type { RunningCloud } from "../packages/pocket-cloud";
import { type Bench, median } from "./bench";
import { spawnCloud } from "./cloud";

const OBJECT = Buffer.alloc(10 * 1024, "0123456789");
const PUTS = 500;
const QUICK_PUTS = 20;
const ROUNDS = 11;
/** Warm-up rounds. */
const WARM_UP = 6;
const AT_ONCE = 8;
const Bucket = "bench";

/** A bare server that writes the files, in a process of its own like the cloud. */
async function spawnFloor(dir: string): Promise<{ endpoint: string; stop: () => Promise<void> }> {
  const child = spawn(process.execPath, ["--require", "tsx/cjs", join(__dirname, "s3-floor.ts"), dir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [endpoint] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const stop = async () => {
    child.kill();
    await once(child, "exit");
  };
  return { endpoint, stop };
}

interface Signed {
  readonly path: string;
  readonly headers: Record<string, string>;
}

/** Requests signed by the SDK in advance, so that only the server is measured. */
async function signedPuts(connection: RunningCloud, count: number): Promise<Signed[]> {
  const options = { ...connection, forcePathStyle: true };
  const real = new S3Client(options);
  await real.send(new CreateBucketCommand({ Bucket }));
  real.destroy();
  const signed: Signed[] = [];
  const capture = new S3Client({
    ...options,
    maxAttempts: 1,
    requestHandler: {
      handle: async (made: Signed & { readonly query: Record<string, string> }) => {
        signed.push({ path: `${made.path}?${new URLSearchParams(made.query)}`, headers: made.headers });
        throw new Error("captured");
      },
    } as unknown as NonNullable<S3ClientConfig["requestHandler"]>,
  });
  for (let i = 0; i < count; i++)
    await capture
      .send(new PutObjectCommand({ Bucket, Key: `key-${i}`, Body: OBJECT }))
      .catch(() => undefined);
  return signed;
}

type Client = (puts: readonly Signed[]) => Promise<number>;

/** Sends PUT requests to one server, several at a time; returns requests per second. */
function client(endpoint: string, agent: Agent): Client {
  const { port } = new URL(endpoint);
  const send = ({ path, headers }: Signed) =>
    new Promise<void>((resolve, reject) => {
      const sent = request({ port, host: "127.0.0.1", method: "PUT", path, headers, agent }, (response) => {
        response.resume().once("end", resolve);
        if (response.statusCode !== 200) reject(new Error(`PUT answered ${response.statusCode}`));
      });
      sent.once("error", reject).end(OBJECT);
    });
  return async (puts) => {
    const start = performance.now();
    let next = 0;
    const lane = async () => {
      for (let put = puts[next++]; put; put = puts[next++]) await send(put);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return (puts.length / (performance.now() - start)) * 1000;
  };
}

/**
 * Puts every key once to both servers, so that each creates a new file; overwriting would measure the file
 * system's deletions. Alternating, so that other load affects both.
 */
async function rates(clients: readonly Client[], puts: readonly Signed[], each: number): Promise<number[]> {
  const all: number[][] = clients.map(() => []);
  for (let at = 0; at < puts.length; at += each)
    for (const [index, send] of clients.entries()) {
      const rate = await send(puts.slice(at, at + each));
      if (at >= WARM_UP * each) all[index]?.push(rate);
    }
  return all.map(median);
}

export const bench: Bench = {
  name: "embedded S3",
  run: async ({ quick }) => {
    const dir = mkdtempSync(join(tmpdir(), "bench-s3-"));
    const running: { stop: () => Promise<void> }[] = [];
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
    try {
      const cloud = await spawnCloud(join(dir, "state"));
      running.push(cloud);
      const floor = await spawnFloor(dir);
      running.push(floor);
      const each = quick ? QUICK_PUTS : PUTS;
      const puts = await signedPuts(cloud.connection, (WARM_UP + ROUNDS) * each);
      const [value = 0, bare = 0] = await rates(
        [cloud.connection, floor].map(({ endpoint }) => client(endpoint, agent)),
        puts,
        each,
      );
      return [
        {
          metric: "10 KB PutObject over HTTP",
          value,
          unit: "puts/s",
          against: { what: "bare server writing the file", value: bare },
          target: { atLeast: 0.5 },
        },
      ];
    } finally {
      agent.destroy();
      for (const { stop } of running) await stop();
      rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    }
  },
};
