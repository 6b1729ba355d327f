import { startCloud } from "../../../cloud";

/** A cloud of its own to be killed: says where it listens, then serves until then. */
async function main(dir: string): Promise<void> {
  const cloud = await startCloud({ dir, enforceLimits: false });
  process.stdout.write(`${JSON.stringify({ endpoint: cloud.endpoint, credentials: cloud.credentials })}\n`);
}

void main(process.argv[2] ?? "");
