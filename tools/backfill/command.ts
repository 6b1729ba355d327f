import { LambdaClient } from "@aws-sdk/client-lambda";
import { SSMClient } from "@aws-sdk/client-ssm";
import { crypto } from "../../data/feeds/crypto";
import { names } from "../../data/names";
import { clientsFor } from "../kit/clients";
import { defineCommand } from "../kit/command";
import { environmentOptions, withConnection } from "../kit/connect";
import { Refusal, UsageError } from "../kit/errors";
import { lanesOf } from "../kit/feeds";
import { hourRangeOptions, readHourRange } from "../kit/hours";
import { interruptible } from "../kit/interrupt";
import { flag, wholeNumber } from "../kit/options";
import { progressLine } from "../kit/progress";
import { backfill as fill } from "./backfill";
import { describe, summaryOf } from "./describe";
import { planBackfill } from "./plan";
import { deployedSource } from "./source";

export const backfill = defineCommand({
  summary: "fills gaps of the crypto feed from the price source's history",
  usage: "npm run backfill -- --from-gaps [options]",
  description:
    "Fills gaps of the crypto feed: poll times without rows between two with rows. Requests each coin's history from " +
    "the deployed poller's price source (one request per coin and day, within its rate limit) and sends the rows " +
    "through the pipeline with origin = backfill. A second run finds no gaps. Where a poll has the same time, reports " +
    "use the poll.",
  options: {
    "from-gaps": flag("required: fills the gaps within the range"),
    ...hourRangeOptions,
    "max-requests": wholeNumber(
      "refuses (exit code 3) when more requests are needed; by default a part of the source's monthly quota",
      0,
      10_000_000,
    ),
    "dry-run": flag("shows the gaps and the number of requests, and sends nothing"),
    ...environmentOptions,
    json: flag("prints gaps and rows sent as JSON"),
  },
  notes: "With --env local, npm start must be running: it serves the sample market.",
  run: async (values) => {
    if (!values["from-gaps"])
      throw new UsageError(
        "add --from-gaps, which fills the gaps of the last 24 hours, or of --from to --to; " +
          "--from-gaps --dry-run shows them and sends nothing",
      );
    const range = readHourRange(values.from, values.to, Date.now());
    const name = names(values.env);
    const stream = name.stream(crypto.name);
    return interruptible((signal) =>
      withConnection(values, async (connection) => {
        const clients = clientsFor(connection);
        const lambda = new LambdaClient(connection);
        const ssm = new SSMClient(connection);
        const progress = progressLine(undefined, { lines: true });
        try {
          const deployed = await deployedSource(lambda, ssm, name.function("poll-prices"));
          const plan = await planBackfill(clients.athena, name, range, deployed.pollSeconds * 1000, signal);
          const allowed = values["max-requests"] ?? deployed.quota;
          if (!values["dry-run"] && plan.requests > allowed)
            throw new Refusal(
              `filling the gaps takes ${plan.requests} requests to the price source, and ${allowed} are allowed; ` +
                `add --max-requests ${plan.requests}, or choose a shorter range with --from and --to`,
            );
          const lanes = await lanesOf(clients.kinesis, stream);
          const onRequest = (done: number) => progress.show(`${done} of ${plan.requests} requests`);
          const filled = values["dry-run"]
            ? undefined
            : await fill(plan, { kinesis: clients.kinesis, stream, lanes, deployed, signal, onRequest });
          progress.clear();
          process.stdout.write(
            values.json
              ? `${JSON.stringify({ ...range, ...summaryOf(plan), ...filled })}\n`
              : describe(plan, range, filled),
          );
          return 0;
        } finally {
          progress.clear();
          clients.close();
          lambda.destroy();
          ssm.destroy();
        }
      }),
    );
  },
});
