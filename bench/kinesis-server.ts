import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { startCloud } from "../packages/pocket-cloud";

/**
 * A separate process, so that the client's CPU time is not measured: pocket-cloud, or kinesalite on disk or
 * in memory.
 */
async function main([kind = "", dir = ""]: readonly string[]): Promise<void> {
  const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
  if (kind === "cloud") {
    const cloud = await startCloud({ dir, enforceLimits: false });
    say({ port: cloud.port, credentials: cloud.credentials });
    return;
  }
  const kinesalite = peer() as (options: object) => Server;
  const server = kinesalite({
    ...(kind === "kinesalite" && { path: dir }),
    createStreamMs: 0,
    shardLimit: 10,
  });
  const credentials = { accessKeyId: "any", secretAccessKey: "any" };
  server.listen(0, "127.0.0.1", () => say({ port: (server.address() as AddressInfo).port, credentials }));
}

/** The server to compare with, which has an install of its own: it builds native code, which no user needs. */
function peer(): unknown {
  try {
    return require("kinesalite");
  } catch {
    throw new Error("kinesalite is not installed: npm ci --prefix bench");
  }
}

void main(process.argv.slice(2));
