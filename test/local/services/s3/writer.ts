import { startCloud } from "../../../../local/cloud";

/** Puts objects until it is killed, and says of each what was acknowledged. */
async function main(): Promise<void> {
  const [, , dir = "", round = "0"] = process.argv;
  const cloud = await startCloud({ dir });
  const { call, administrator } = cloud;
  await call("s3", "CreateBucket", { Bucket: "killed" }, administrator);
  for (let i = 0; ; i++) {
    const Key = `${round}/k${i % 50}`;
    await call("s3", "PutObject", { Bucket: "killed", Key, Body: `${i}:${"x".repeat(5000)}` }, administrator);
    process.stdout.write(`${Key} ${i}\n`);
    await new Promise(setImmediate);
  }
}

void main();
