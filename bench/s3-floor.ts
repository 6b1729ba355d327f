import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** The floor: a bare HTTP server that writes each body to a new file of the directory. */
function main([dir = ""]: readonly string[]): void {
  let serial = 0;
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    await writeFile(join(dir, `object-${serial++}`), Buffer.concat(pieces));
    response.end();
  });
  server.listen(0, "127.0.0.1", () =>
    process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`),
  );
}

main(process.argv.slice(2));
