import { names } from "../../data/names";
import { clientsFor } from "../kit/clients";
import { defineCommand } from "../kit/command";
import { accountOf, environmentOptions, withConnection } from "../kit/connect";
import { deployedFeeds, feedOption } from "../kit/feeds";
import { hourRangeOptions, readHourRange } from "../kit/hours";
import { flag } from "../kit/options";
import { describe } from "./describe";
import { type Reconciliation, reconcile as reconcileFeed } from "./reconcile";

export const reconcile = defineCommand({
  summary: "compares the stages of the pipeline, hour by hour",
  usage: "npm run reconcile -- [options]",
  description:
    "Counts each feed's events per hour in the stream, raw/, csv/ and the Athena view, with the items in DynamoDB and the " +
    "rows in quarantine, and names the stage and hour of each difference. Exit code 1 when there is one.",
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
        for (const each of chosen)
          results.push(await reconcileFeed(clients, { env, lakeBucket }, each, range));
        process.stdout.write(json ? `${JSON.stringify(results)}\n` : results.map(describe).join("\n"));
        return results.some((result) => result.findings.length > 0) ? 1 : 0;
      } finally {
        clients.close();
      }
    });
  },
});
