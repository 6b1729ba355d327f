import { startCloud } from "../../../cloud";

/** Starts a cloud in this process and prints its endpoint and credentials. The test kills the process. */
async function main(dir: string): Promise<void> {
  const cloud = await startCloud({ dir, enforceLimits: false });
  process.stdout.write(`${JSON.stringify({ endpoint: cloud.endpoint, credentials: cloud.credentials })}\n`);
}

void main(process.argv[2] ?? "");
