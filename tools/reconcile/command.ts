import { names } from "../../data/names";
import { describeUnknownFields } from "../../data/records/quarantine";
import type { HourCounts } from "../../functions/reconcile/compare";
import { withActivity } from "../kit/activity";
import { clientsFor } from "../kit/clients";
import { defineCommand } from "../kit/command";
import { accountOf, environmentOptions, withConnection } from "../kit/connect";
import { counted } from "../kit/counted";
import { deployedFeeds, feedOption } from "../kit/feeds";
import { hourRangeOptions, readHourRange } from "../kit/hours";
import { flag } from "../kit/options";
import { describeHealth, hoursOfHealth, readHealth } from "./health";
import { type Reconciliation, reconcile as reconcileFeed } from "./reconcile";
import { describeReading } from "./stream-progress";
import { streamedBytes } from "./streamed-bytes";

export const reconcile = defineCommand({
  summary: "compares the stages of the pipeline, hour by hour",
  usage: "npm run reconcile -- [options]",
  description:
    "Counts each feed's events per hour in the stream, raw/, csv/ and the Athena view, with the items in DynamoDB and the " +
    "lines in quarantine, and names the stage and hour of each difference. Exit code 1 when an event is lost or doubled.",
  options: {
    ...environmentOptions,
    ...hourRangeOptions,
    feed: feedOption("only this feed"),
    json: flag("prints all counts as JSON"),
  },
  run: async ({ env, dir, from, to, feed, json }) => {
    const range = readHourRange(from, to, Date.now());
    return withConnection({ env, dir }, async (connection) => {
      const clients = clientsFor(connection);
      try {
        const { account, region } = await accountOf(connection);
        const lakeBucket = names(env).lakeBucket(account, region);
        const chosen = feed ? [feed] : (await deployedFeeds(clients.kinesis, env)).map((each) => each.feed);
        const results: Reconciliation[] = [];
        for (const each of chosen) {
          let [bytes, of] = [0, 0];
          // The total is decoration: without the right to read metrics it is not shown.
          void streamedBytes(clients.cloudwatch, names(env).stream(each.name), Date.now())
            .then((total) => {
              of = total;
            })
            .catch(() => {});
          const onBytes = (more: number) => {
            bytes += more;
          };
          results.push(
            await withActivity(
              () => describeReading({ feed: each.name, bytes, of }),
              () => reconcileFeed(clients, { env, lakeBucket }, each, range, { readStream: true, onBytes }),
            ),
          );
        }
        if (json) process.stdout.write(`${JSON.stringify(results)}\n`);
        else {
          const failuresBucket = names(env).failuresBucket(account, region);
          const hours = hoursOfHealth(range, to, Date.now());
          const health = await withActivity(
            () => "reading errors and alarms",
            () => readHealth(clients, { env, failuresBucket, connection }, hours, Date.now()),
          );
          process.stdout.write(results.map(describe).join("\n") + describeHealth(health, hours));
        }
        return results.some((result) => result.findings.length > 0) ? 1 : 0;
      } finally {
        clients.close();
      }
    });
  },
});

/** Totals per stage and every difference, as text. */
export function describe({
  feed,
  range,
  hours,
  totals,
  daysFromHistory,
  findings,
  older,
}: Reconciliation): string {
  const sum = (count: (hour: HourCounts) => number) => hours.reduce((total, hour) => total + count(hour), 0);
  const expired = hours.filter((hour) => hour.stream === undefined).length;
  const { direct, undated, pending } = totals;
  const directCounts = [
    `${direct.rows} rows in raw/`,
    `${direct.refusedLines} lines in quarantine/`,
    `${direct.failedRecords} records under errors/`,
  ];
  const hasDirect = direct.rows + direct.refusedLines + direct.failedRecords > 0;
  const fields = describeUnknownFields(totals.unknownFields);
  const lines = [
    `${feed}, ${range.from} to ${range.to} UTC, ${hours.length} hour${hours.length === 1 ? "" : "s"} with events`,
    `  stream     ${sum((hour) => hour.stream?.rows ?? 0)} rows, ${sum((hour) => hour.stream?.distinct ?? 0)} distinct` +
      (expired > 0 ? ` (${expired} hours have expired; there raw/ is compared with csv/)` : ""),
    `  raw        ${sum((hour) => hour.raw.rows)} rows, ${sum((hour) => hour.raw.distinct)} distinct` +
      (undated.rows > 0 ? `, and ${undated.rows} without an event time` : ""),
    `  csv        ${sum((hour) => hour.csv.rows)} rows, ${sum((hour) => hour.csv.distinct)} distinct` +
      (daysFromHistory > 0 ? `, ${counted(daysFromHistory, "day")} of them from history/` : ""),
    `  view       ${sum((hour) => hour.view)} rows`,
    `  store      ${totals.storeItems} items`,
    `  quarantine ${counted(totals.quarantined, "line")}, ${counted(totals.failedDeliveries, "record")} under errors/`,
    ...(hasDirect
      ? [`  direct     ${directCounts.join(", ")}; put directly into Firehose, not in csv/`]
      : []),
    ...(fields !== "" ? [`  unknown fields, not stored: ${fields}`] : []),
    ...(pending > 0 ? [`  ${pending} events of the last minutes are not in csv/ yet`] : []),
    ...(older
      ? [
          `  ${counted(older.rows, "row")} of the stream are older than these hours; --from ${older.since} counts them`,
        ]
      : []),
    ...findings.map((finding) => `  ! ${finding.message}`),
    findings.length === 0 ? "  all counts agree" : `  ${findings.length} counts differ`,
  ];
  return `${lines.join("\n")}\n`;
}
