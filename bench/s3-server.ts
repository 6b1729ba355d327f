import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { growHeapSlowly, startCloud } from "../packages/pocket-cloud";

/**
 * A separate process, so that the client's CPU time is not measured: pocket-cloud, or a bare HTTP server as
 * the floor.
 */
async function main([kind = "", dir = ""]: readonly string[]): Promise<void> {
  const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
  if (kind === "cloud") {
    // As `npm run cloud` does.
    growHeapSlowly();
    const cloud = await startCloud({ dir });
    say({ port: cloud.port, credentials: cloud.credentials });
    return;
  }
  let serial = 0;
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    await writeFile(join(dir, `object-${serial++}`), Buffer.concat(pieces));
    response.end();
  });
  server.listen(0, "127.0.0.1", () => say({ port: (server.address() as AddressInfo).port }));
}

void main(process.argv.slice(2));
