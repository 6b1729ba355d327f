import { type FeedDefinition, feeds } from "../../data/feeds";
import { clientsFor } from "../kit/clients";
import type { Connection } from "../kit/connect";
import { hourAt } from "../kit/hours";
import { countPolled } from "../reconcile/polled";
import { type Reconciliation, reconcile } from "../reconcile/reconcile";

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

/** Covers the samples, which are years old. */
const ALL_TIME = { from: "2000-01-01T00", to: "2099-12-31T23" };

/** Counts each stage of each feed, and reports the counts that differ. */
export async function summarise(
  connection: Connection,
  place: { env: string; lakeBucket: string },
  time: { from: number; to: number },
): Promise<Omit<Summary, "seconds"> & { findings: string[] }> {
  const clients = clientsFor(connection);
  try {
    const counted: [string, FeedSummary][] = [];
    const findings: string[] = [];
    const range = { from: hourAt(time.from), to: hourAt(time.to) };
    const polled = await countPolled(
      clients.cloudwatch,
      place.env,
      Date.parse(`${range.from}:00:00Z`),
      time.to,
    );
    const count = async (feed: FeedDefinition) => {
      // The poller's metric counts polled feeds; the other feeds are small and counted in the stream.
      const isPolled = feed.cadenceSeconds !== undefined;
      const result = await reconcile(clients, place, feed, isPolled ? range : ALL_TIME, {
        readStream: !isPolled,
      });
      return { feed, isPolled, result };
    };
    for (const { feed, isPolled, result } of await Promise.all(Object.values(feeds).map(count))) {
      counted.push([feed.name, summaryOf(result, isPolled ? polled.events : undefined)]);
      findings.push(...result.findings.map((finding) => `${feed.name} ${finding.message}`));
    }
    return {
      polls: polled.polls,
      feeds: Object.fromEntries(counted),
      findings,
    };
  } finally {
    clients.close();
  }
}

function summaryOf({ hours, totals, objects }: Reconciliation, polled: number | undefined): FeedSummary {
  const sum = (count: (hour: (typeof hours)[number]) => number) =>
    hours.reduce((total, hour) => total + count(hour), 0);
  return {
    events: polled ?? sum((hour) => hour.stream?.rows ?? 0),
    csv: { objects: objects.csv, rows: sum((hour) => hour.csv.rows) },
    raw: { objects: objects.raw, rows: sum((hour) => hour.raw.rows) },
    athena: { rows: sum((hour) => hour.view) },
    store: { items: totals.storeItems },
    quarantined: totals.quarantined,
  };
}
