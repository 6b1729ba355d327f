import { AthenaClient } from "@aws-sdk/client-athena";
import { GlueClient } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { crypto } from "../../../data/feeds/crypto";
import { compactFeed } from "../../../functions/compact/compact";
import { lakeOf } from "../../../functions/compact/lake";
import { newRun } from "../../../functions/compact/run";

/** Compacts the crypto feed of a lake at a given time, in a process that a test kills. Prints a line before it begins. */
async function main([database = "", workgroup = "", bucket = "", now]: readonly string[]): Promise<void> {
  const clients = {
    s3: new S3Client({ forcePathStyle: true }),
    glue: new GlueClient({}),
    athena: new AthenaClient({}),
  };
  const lake = lakeOf(clients, { database, workgroup }, bucket, crypto, new AbortController().signal);
  process.stdout.write("begins\n");
  await compactFeed(crypto, lake, {
    owner: `process ${process.pid}`,
    now: () => Number(now),
    newRun,
    leaseMilliseconds: 0,
  });
}

void main(process.argv.slice(2));
