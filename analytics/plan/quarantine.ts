import type { Clients } from "../athena/connection";
import { listPartitions } from "./listing";
import { partitionAt } from "./range";

/** Objects whose lines are counted; beyond it an object counts as one row, and the figure is a lower bound. */
const readAtMost = 50;

/** Rows of a feed that were refused and lie in quarantine, by the days of the window. */
export async function countQuarantined(
  clients: Clients,
  bucket: string,
  feed: string,
  from: number,
  until: number,
) {
  const range = { from: partitionAt(from), to: partitionAt(until) };
  const { keys } = await listPartitions(clients, bucket, `quarantine/${feed}/`, range);
  const s3 = await clients.s3();
  const { GetObjectCommand } = await import("../aws/s3");
  const counts = await Promise.all(
    keys.slice(0, readAtMost).map(async (key) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), clients.sending);
      return ((await Body?.transformToString()) ?? "").split("\n").filter((line) => line.trim() !== "")
        .length;
    }),
  );
  const rest = Math.max(0, keys.length - readAtMost);
  return { rows: counts.reduce((total, count) => total + count, 0) + rest, exact: rest === 0 };
}
