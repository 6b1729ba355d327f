import { type FeedDefinition, feeds } from "../../data/feeds";
import { hourAt } from "../../data/hours";
import { names } from "../../data/names";
import { clientsFor } from "../kit/clients";
import { countCollected } from "../kit/collected-metric";
import type { Connection } from "../kit/connect";
import { countPolled } from "../reconcile/polled";
import { type Reconciliation, reconcile } from "../reconcile/reconcile";
import { streamedBytes } from "../reconcile/streamed-bytes";

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

type FeedFinding = Reconciliation["findings"][number] & { readonly feed: string };

/** Covers the samples, which are years old. */
const ALL_TIME = { from: "2000-01-01T00", to: "2099-12-31T23" };

/** Counts each stage of each feed, and reports the counts that differ. */
export async function summarise(
  connection: Connection,
  place: { env: string; lakeBucket: string },
  time: { from: number; to: number },
  onFeed: (text: string) => void = () => {},
): Promise<Omit<Summary, "seconds"> & { findings: FeedFinding[]; notes: string[] }> {
  const clients = clientsFor(connection);
  try {
    const counted: [string, FeedSummary][] = [];
    const findings: FeedFinding[] = [];
    const notes: string[] = [];
    const range = { from: hourAt(time.from), to: hourAt(time.to) };
    const polled = await countPolled(
      clients.cloudwatch,
      place.env,
      Date.parse(`${range.from}:00:00Z`),
      time.to,
    );
    const inputOf = async ({ name }: FeedDefinition) =>
      polled.events +
      (await countCollected(
        clients.cloudwatch,
        names(place.env).stream(name),
        Date.parse(`${range.from}:00:00Z`),
        time.to,
      ));
    const count = async (feed: FeedDefinition) => {
      // The metrics of poller and collector count polled feeds. The others are counted in the stream, unless reading it would take long.
      const isPolled = feed.cadenceSeconds !== undefined;
      const size = isPolled
        ? 0
        : await streamedBytes(clients.cloudwatch, names(place.env).stream(feed.name), time.to);
      const readStream = !isPolled && size <= LARGEST_STREAM_BYTES;
      if (!isPolled && !readStream) {
        onFeed(`counting ${Math.round(size / 1e6)} MB of ${feed.name}`);
        notes.push(
          `${feed.name}: ${Math.round(size / 1e6)} MB in the stream are not read at a start; npm run reconcile compares them`,
        );
      }
      const result = await reconcile(clients, place, feed, isPolled ? range : ALL_TIME, { readStream });
      return {
        feed,
        events: isPolled ? await inputOf(feed) : readStream ? undefined : rawRows(result),
        result,
      };
    };
    for (const { feed, events, result } of await Promise.all(Object.values(feeds).map(count))) {
      counted.push([feed.name, summaryOf(result, events)]);
      findings.push(...result.findings.map((finding) => ({ ...finding, feed: feed.name })));
    }
    return {
      polls: polled.polls,
      feeds: Object.fromEntries(counted),
      findings,
      notes,
    };
  } finally {
    clients.close();
  }
}

/** A shard returns 10 MB at once and then nothing for five seconds, in which the simulated clock does not move. */
const LARGEST_STREAM_BYTES = 8_000_000;
const rawRows = ({ hours }: Reconciliation): number =>
  hours.reduce((total, hour) => total + hour.raw.rows, 0);

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

/** Events that arrived, and the distinct rows that reports show of them; then the stages. */
export function feedLine(
  name: string,
  { events, csv, raw, athena, store, quarantined }: FeedSummary,
): string {
  const duplicates = csv.rows - athena.rows;
  const removed =
    duplicates > 0 ? `, ${duplicates} ${duplicates === 1 ? "duplicate" : "duplicates"} removed` : "";
  return (
    `${name}: ${events} events → ${athena.rows} rows${removed}; ` +
    `${csv.rows} in ${csv.objects} csv objects, ${raw.rows} in ${raw.objects} raw objects, ` +
    `${store.items} items in DynamoDB, ${quarantined} quarantined`
  );
}
