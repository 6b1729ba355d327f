import { GlueClient } from "@aws-sdk/client-glue";
import type { FeedDefinition } from "../../data/feeds";
import { isDay } from "../../data/history/days";
import { names, tablesOf } from "../../data/names";
import { compactFeed } from "../../functions/compact/compact";
import { lakeOf } from "../../functions/compact/lake";
import { LeaseHeld } from "../../functions/compact/lease";
import type { DayResult, Result } from "../../functions/compact/model";
import { newRun } from "../../functions/compact/run";
import { clientsFor } from "../kit/clients";
import { defineCommand } from "../kit/command";
import { accountOf, environmentOptions, withConnection } from "../kit/connect";
import { Failure, UsageError } from "../kit/errors";
import { deployedFeeds, feedOption } from "../kit/feeds";
import { firstDay } from "../kit/first-day";
import { interruptible } from "../kit/interrupt";
import { isDeadOwner, leaseOwner } from "../kit/lease-owner";
import { flag, parsed } from "../kit/options";
import { progressLine } from "../kit/progress";

const day = (description: string) =>
  parsed("DAY", description, (text) => (isDay(text) ? text : undefined), "a day, YYYY-MM-DD");

export const compact = defineCommand({
  summary: "writes closed days as Parquet, verified row by row",
  usage: "npm run compact -- [options]",
  description:
    "Writes each closed day of csv/ as Parquet to history/, by SQL in the Athena workgroup. Compares the written rows with " +
    "those of csv/, and only then lets the feed's view read the day from history. A day that got rows since is compacted " +
    "again. Interrupted at any point, each day is read either as before or as after. Exit code 1 when a day failed.",
  options: {
    from: day("first day; by default the first day of the feed"),
    to: day("last day, included; by default the last closed one"),
    feed: feedOption("only this feed"),
    "dry-run": flag("lists the days that need it, and writes nothing"),
    ...environmentOptions,
    json: flag("prints the result of each day as JSON"),
  },
  run: async ({ env, dir, from, to, feed, json, ...flags }) => {
    if (from !== undefined && to !== undefined && from > to)
      throw new UsageError(`--from ${from} is after --to ${to}`);
    const dryRun = flags["dry-run"];
    return interruptible((signal) =>
      withConnection({ env, dir }, async (connection) => {
        const clients = clientsFor(connection);
        const glue = new GlueClient(connection);
        const progress = progressLine(undefined, { lines: true });
        const name = names(env);
        try {
          const { account, region } = await accountOf(connection);
          const bucket = name.lakeBucket(account, region);
          const chosen = feed ? [feed] : (await deployedFeeds(clients.kinesis, env)).map((each) => each.feed);
          const results: FeedResult[] = [];
          for (const each of chosen) {
            const since = await firstDay(clients.athena, name.database, tablesOf(each).csv);
            const result = await compactFeed(each, lakeOf({ ...clients, glue }, name, bucket, each, signal), {
              owner: leaseOwner(),
              isDead: isDeadOwner,
              now: Date.now,
              newRun,
              from: later(from, since),
              to,
              dryRun,
              hasTime: () => !signal.aborted,
              onDay: (done) => progress.show(`${each.name} ${done.day}: ${done.outcome}`),
            }).catch((error: unknown) => {
              if (error instanceof LeaseHeld) throw new Failure(`${each.name}: ${error.message}`);
              throw error;
            });
            results.push({ feed: each, ...result });
          }
          signal.throwIfAborted();
          progress.clear();
          process.stdout.write(json ? `${JSON.stringify(results.map(asJson))}\n` : describe(results));
          return results.some(({ days }) => days.some(({ outcome }) => outcome === "failed")) ? 1 : 0;
        } finally {
          progress.clear();
          clients.close();
          glue.destroy();
        }
      }),
    );
  },
});

interface FeedResult extends Result {
  readonly feed: FeedDefinition;
}

const later = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;

const asJson = ({ feed, ...result }: FeedResult) => ({ feed: feed.name, ...result });

export function describe(results: readonly FeedResult[]): string {
  return results.map(({ feed, days, behind }) => `${feed.name}\n${describeDays(days, behind)}`).join("");
}

function describeDays(days: readonly DayResult[], behind: number): string {
  const lines = days.map(
    ({ day: of, outcome, rows, reason }) =>
      `  ${outcome === "failed" ? "! " : ""}${of} ${outcome}${outcome === "compacted" ? `, ${rows} rows` : ""}${reason && `: ${reason}`}`,
  );
  const rest =
    behind === 0
      ? "every closed day is in history"
      : `${behind} days are still read from csv/, or lack late rows`;
  return `${[...lines, `  ${rest}`].join("\n")}\n`;
}
