import { ServerResponse } from "node:http";
import { join, resolve } from "node:path";
import { startCloud } from "../../../packages/pocket-cloud";
import { deployProgram } from "../../../packages/pulumi-local";

/**
 * Deploys the local stack into a state directory, as `npm start` does, and prints the number of responses of the cloud.
 * With a number, it kills itself before that response is sent: the operation has happened and its caller does not know.
 */
async function main(dir: string, killAt = Number.POSITIVE_INFINITY): Promise<void> {
  let responses = 0;
  const { writeHead } = ServerResponse.prototype;
  ServerResponse.prototype.writeHead = function (this: ServerResponse, ...args: unknown[]) {
    if (++responses === killAt) process.kill(process.pid, "SIGKILL");
    return Reflect.apply(writeHead, this, args);
  } as typeof writeHead;
  const cloud = await startCloud({ dir, clock: { simulateFrom: Date.now() } });
  const { endpoint, region, credentials } = cloud;
  const { created, replaced } = await deployProgram({
    dir: resolve(__dirname, "../../.."),
    stack: "local",
    endpoint,
    region,
    credentials,
    statePath: join(dir, "stack.json"),
    config: { "pricelake:sampleMarketUrl": "http://127.0.0.1:1" },
  });
  await cloud.stop();
  process.stdout.write(`${JSON.stringify({ responses, created: created.length + replaced.length })}\n`);
}

void main(process.argv[2] ?? "", Number(process.argv[3] ?? Number.POSITIVE_INFINITY));
