import { feeds } from "../../data/feeds";
import { names } from "../../infra/naming";
import type { Connection } from "../../ops/connection";
import { query } from "../../ops/reconcile/athena";
import { type Clients, clientsFor } from "../../ops/reconcile/clients";
import { type Reconciliation, reconcile } from "../../ops/reconcile/reconcile";
import { type Range, withinDays } from "../../ops/reconcile/tally";

export interface FeedSummary {
  readonly events: number;
  readonly csv: { readonly objects: number; readonly rows: number };
  readonly raw: { readonly objects: number; readonly rows: number };
  readonly athena: { readonly rows: number };
  readonly store: { readonly items: number };
  readonly quarantined: number;
}

export interface Summary {
  readonly seconds: number;
  readonly polls: number;
  readonly feeds: Readonly<Record<string, FeedSummary>>;
}

/** What went through, counted at each stage itself, and where the counts part. */
export async function summarise(
  connection: Connection,
  place: { env: string; lakeBucket: string },
  range: Range,
): Promise<Omit<Summary, "seconds"> & { findings: string[] }> {
  const clients = clientsFor(connection);
  try {
    const counted: [string, FeedSummary][] = [];
    const findings: string[] = [];
    for (const feed of Object.values(feeds)) {
      const result = await reconcile(clients, place, feed, range);
      counted.push([feed.name, summaryOf(result)]);
      findings.push(...result.findings.map((finding) => `${feed.name} ${finding.message}`));
    }
    return {
      polls: await countPolls(clients, place.env, range),
      feeds: Object.fromEntries(counted),
      findings,
    };
  } finally {
    clients.close();
  }
}

/** A poll is one slot of the crypto feed: its scheduled time. */
async function countPolls(clients: Clients, env: string, range: Range): Promise<number> {
  const { workgroup, database } = names(env);
  const rows = await query(
    clients.athena,
    workgroup,
    database,
    `SELECT count(DISTINCT event_time) AS polls FROM crypto WHERE origin = 'poll' AND ${withinDays(range)}`,
  );
  return Number(rows[0]?.[0] ?? 0);
}

function summaryOf({ hours, totals, objects }: Reconciliation): FeedSummary {
  const sum = (count: (hour: (typeof hours)[number]) => number) =>
    hours.reduce((total, hour) => total + count(hour), 0);
  return {
    // Where the stream has let an hour go, the lake is what is left to count.
    events: sum((hour) => hour.stream?.rows ?? hour.csv.rows),
    csv: { objects: objects.csv, rows: sum((hour) => hour.csv.rows) },
    raw: { objects: objects.raw, rows: sum((hour) => hour.raw.rows) },
    athena: { rows: sum((hour) => hour.view) },
    store: { items: totals.storeItems },
    quarantined: totals.quarantined,
  };
}
