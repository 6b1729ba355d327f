import { feeds } from "../../data/feeds";
import { names } from "../../data/names";
import { accountOf } from "../kit/account";
import { type Command, parseOptions, UsageError } from "../kit/command";
import { connect } from "../kit/connect";
import { deployedFeeds } from "../kit/deployed-feeds";
import { clientsFor } from "./clients";
import { describe } from "./describe";
import { type Reconciliation, reconcile as reconcileFeed } from "./reconcile";
import { rangeOf } from "./when";

const help = `npm run reconcile -- [options]

Counts each feed's events by the hour in the stream, raw/, csv/ and the Athena view, with the items in DynamoDB and the
rows in quarantine, and names the stage and the hour where the numbers part. Exit code 1 when they do.

  --env NAME      local (the default), dev, staging, prod: the latter by the ordinary AWS settings of this shell
  --from, --to    days (2026-01-02) or hours (2026-01-02T03), UTC, both included; the last 24 settled hours
  --feed NAME     one feed only (${Object.keys(feeds).join(", ")})
  --dir PATH      state directory of the local cloud (.pricelake)
  --json          everything counted, for machines
`;

export const reconcile: Command = {
  summary: "holds the stages of the pipeline against each other, hour by hour",
  help,
  run: async (args) => {
    const { values, positionals } = parseOptions(args, {
      env: { type: "string", default: "local" },
      from: { type: "string" },
      to: { type: "string" },
      feed: { type: "string" },
      dir: { type: "string" },
      json: { type: "boolean", default: false },
    });
    if (positionals.length > 0)
      throw new UsageError(`reconcile takes no argument "${positionals[0]}"; see --help`);
    const range = rangeOf(values.from, values.to, Date.now());
    const named = values.feed === undefined ? undefined : feedNamed(values.feed);
    const { connection, close } = await connect(values.env, values.dir);
    try {
      const clients = clientsFor(connection);
      const results: Reconciliation[] = [];
      try {
        const { account, region } = await accountOf(connection);
        const lakeBucket = names(values.env).lakeBucket(account, region);
        const asked = named
          ? [named]
          : (await deployedFeeds(clients.kinesis, values.env)).map(({ feed }) => feed);
        for (const feed of asked)
          results.push(await reconcileFeed(clients, { env: values.env, lakeBucket }, feed, range));
      } finally {
        clients.close();
      }
      process.stdout.write(values.json ? `${JSON.stringify(results)}\n` : results.map(describe).join("\n"));
      return results.some((result) => result.findings.length > 0) ? 1 : 0;
    } finally {
      await close?.();
    }
  },
};

function feedNamed(name: string) {
  const feed = Object.hasOwn(feeds, name) ? feeds[name] : undefined;
  if (!feed) throw new UsageError(`--feed takes one of ${Object.keys(feeds).join(", ")}, not "${name}"`);
  return feed;
}
