import { DescribeStreamSummaryCommand } from "@aws-sdk/client-kinesis";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SSMClient } from "@aws-sdk/client-ssm";
import { crypto } from "../../data/feeds/crypto";
import { names } from "../../data/names";
import { lanesFor } from "../../data/records/pack";
import { type Command, parseOptions, UsageError, wholeNumber } from "../kit/command";
import { connect } from "../kit/connect";
import { progressLine } from "../kit/progress-line";
import { clientsFor } from "../reconcile/clients";
import { rangeOf } from "../reconcile/when";
import { type Backfilled, backfill as fill, TooManyRequests } from "./backfill";
import { type BackfillPlan, planBackfill } from "./plan";
import { deployedSource } from "./source";

const help = `npm run backfill -- --from-gaps [options]

Fills holes of the crypto feed: polls that left no row between two that did. Asks the deployed poller's price source for
each coin's history (one request per coin and day, within its rate) and sends the rows through the pipeline, marked
origin = backfill. A second run finds nothing to fill; where a poll has the same slot, reports take the poll.

  --from-gaps       fills the interior holes of the range
  --from, --to      days (2026-01-02) or hours (2026-01-02T03), UTC, both included; the last 24 settled hours
  --max-requests N  refuses (exit code 3) what takes more; a part of the source's monthly quota without it
  --dry-run         says what it would ask for, and asks nothing
  --env NAME        local (the default), dev, staging, prod
  --dir PATH        state directory of the local cloud (.pricelake); npm start has to be running, it serves the market
  --json            what was found and sent, for machines
`;

export const backfill: Command = {
  summary: "fills holes of the crypto feed from the price source's history",
  help,
  run: async (args) => {
    const { values, positionals } = parseOptions(args, {
      "from-gaps": { type: "boolean", default: false },
      from: { type: "string" },
      to: { type: "string" },
      "max-requests": { type: "string" },
      "dry-run": { type: "boolean", default: false },
      env: { type: "string", default: "local" },
      dir: { type: "string" },
      json: { type: "boolean", default: false },
    });
    if (positionals.length > 0)
      throw new UsageError(`backfill takes no argument "${positionals[0]}"; see --help`);
    if (!values["from-gaps"]) throw new UsageError("backfill fills gaps: say --from-gaps; see --help");
    const most = values["max-requests"];
    const allowed = most === undefined ? undefined : wholeNumber("max-requests", most, 0, 10_000_000);
    const range = rangeOf(values.from, values.to, Date.now());
    const name = names(values.env);
    const stream = name.stream(crypto.name);
    const { connection, close } = await connect(values.env, values.dir);
    const clients = clientsFor(connection);
    const lambda = new LambdaClient(connection);
    const ssm = new SSMClient(connection);
    const interrupted = new AbortController();
    const stop = () => interrupted.abort();
    process.once("SIGINT", stop);
    const line = progressLine();
    try {
      const deployed = await deployedSource(lambda, ssm, name.function("poll-prices"));
      const plan = await planBackfill(clients.athena, name, range);
      const dryRun = values["dry-run"];
      if (!dryRun && plan.requests > (allowed ?? deployed.quota))
        throw new TooManyRequests(plan.requests, allowed ?? deployed.quota);
      const { StreamDescriptionSummary } = await clients.kinesis.send(
        new DescribeStreamSummaryCommand({ StreamName: stream }),
      );
      const done = dryRun
        ? undefined
        : await fill(plan, {
            kinesis: clients.kinesis,
            stream,
            lanes: lanesFor(StreamDescriptionSummary?.OpenShardCount ?? 1),
            deployed,
            signal: interrupted.signal,
            onRequest: (requests) => line.show(`${requests} of ${plan.requests} requests`),
          });
      line.clear();
      process.stdout.write(
        values.json ? `${JSON.stringify({ ...found(plan), ...done })}\n` : describe(plan, done),
      );
      return 0;
    } catch (error) {
      line.clear();
      if (interrupted.signal.aborted) return 130;
      throw error;
    } finally {
      process.off("SIGINT", stop);
      clients.close();
      lambda.destroy();
      ssm.destroy();
      await close?.();
    }
  },
};

const found = ({ gaps, requests }: BackfillPlan) => ({
  gaps: gaps.map(({ from, to, slots }) => ({ from: isoOf(from), to: isoOf(to), slots: slots.length })),
  needed: requests,
});

function describe(plan: BackfillPlan, done: Backfilled | undefined): string {
  const { gaps, needed } = found(plan);
  if (gaps.length === 0) return "no gaps\n";
  return [
    ...gaps.map(({ from, to, slots }) => `${from} to ${to}: ${slots} slots without a poll`),
    done
      ? `${done.rows} rows sent after ${done.requests} requests`
      : `filling them takes ${needed} requests to the price source`,
    ...(done && done.unknown.length > 0 ? [`the source does not know ${done.unknown.join(", ")}`] : []),
    "",
  ].join("\n");
}

const isoOf = (instant: number): string => new Date(instant).toISOString().slice(0, 16);
