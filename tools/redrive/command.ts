import { LambdaClient } from "@aws-sdk/client-lambda";
import { names, tablesOf } from "../../data/names";
import { withActivity } from "../kit/activity";
import { clientsFor } from "../kit/clients";
import { defineCommand } from "../kit/command";
import { accountOf, environmentOptions, withConnection } from "../kit/connect";
import { Interruption } from "../kit/errors";
import { deployedFeeds } from "../kit/feeds";
import { firstDay } from "../kit/first-day";
import { interruptible } from "../kit/interrupt";
import { flag } from "../kit/options";
import { type Redriven, redriveFailures } from "./failures";
import { type QuarantineRedriven, redriveQuarantine } from "./quarantine";

export const redrive = defineCommand({
  summary: "replays failed batches and quarantined rows after a fix",
  usage: "npm run redrive -- [options]",
  description:
    "Invokes the function of each batch in the failure bucket again, and sends quarantined lines that are valid now through " +
    "the pipeline, as the bytes that arrived. Removes what succeeds; keeps and lists the rest. Exit code 1 when a batch fails again or cannot be " +
    "recovered.",
  options: { ...environmentOptions, json: flag("prints every batch and quarantine object as JSON") },
  run: ({ env, dir, json }) =>
    interruptible((signal) =>
      withConnection({ env, dir }, async (connection) => {
        const name = names(env);
        const clients = clientsFor(connection);
        const lambda = new LambdaClient(connection);
        const batches: Redriven[] = [];
        const quarantined: (QuarantineRedriven & { feed: string })[] = [];
        try {
          const { account, region } = await accountOf(connection);
          const failures = name.failuresBucket(account, region);
          const sendBatches = async () => {
            for await (const batch of redriveFailures(clients.s3, lambda, failures)) {
              batches.push(batch);
              if (signal.aborted) throw new Interruption();
            }
          };
          await withActivity(() => `${batches.length} failed batches sent again`, sendBatches);
          const bucket = name.lakeBucket(account, region);
          const sendQuarantined = async () => {
            for (const { feed, stream, lanes } of await deployedFeeds(clients.kinesis, env)) {
              const since = await firstDay(clients.athena, name.database, tablesOf(feed).csv);
              const options = { ...clients, bucket, stream, lanes, feed, since, signal };
              for await (const object of redriveQuarantine(options))
                quarantined.push({ feed: feed.name, ...object });
            }
          };
          await withActivity(() => `${quarantined.length} objects of quarantine/ read`, sendQuarantined);
        } finally {
          clients.close();
          lambda.destroy();
        }
        process.stdout.write(
          json ? `${JSON.stringify({ batches, quarantined })}\n` : describe(batches, quarantined),
        );
        return batches.some(({ outcome }) => outcome !== "redriven") ? 1 : 0;
      }),
    ),
});

function describe(batches: readonly Redriven[], quarantined: readonly QuarantineRedriven[]): string {
  const sum = (count: "sent" | "kept") => quarantined.reduce((total, object) => total + object[count], 0);
  const lines = batches.map(
    ({ key, function: name, records, outcome, reason }) =>
      `${outcome}: ${records} records of ${name.split(":").at(-1)}${reason === undefined ? "" : `: ${reason}`} (${key})`,
  );
  return [
    ...lines,
    `${batches.length} failed batches; quarantine: ${sum("sent")} lines sent again, ${sum("kept")} still invalid`,
    "",
  ].join("\n");
}
