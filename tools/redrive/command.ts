import { GlueClient } from "@aws-sdk/client-glue";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SQSClient } from "@aws-sdk/client-sqs";
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
import { type RedrivenQueue, redriveDeadLetters } from "./dead-letters";
import { type Redriven, redriveFailures } from "./failures";
import { type QuarantineRedriven, redriveQuarantine } from "./quarantine";

export const redrive = defineCommand({
  summary: "replays failed batches, dead letters and quarantined rows after a fix",
  usage: "npm run redrive -- [options]",
  description:
    "Invokes the function of each batch in the failure bucket again, makes the calls of dead-letter queues again, and sends " +
    "quarantined lines that are valid now through the pipeline, as the bytes that arrived. Removes what succeeds; keeps and " +
    "lists the rest. Exit code 1 when a batch or call fails again or cannot be recovered.",
  options: { ...environmentOptions, json: flag("prints every batch, queue and quarantine object as JSON") },
  run: ({ env, dir, json }) =>
    interruptible((signal) =>
      withConnection({ env, dir }, async (connection) => {
        const name = names(env);
        const clients = clientsFor(connection);
        const lambda = new LambdaClient(connection);
        const glue = new GlueClient(connection);
        // A local cloud may have another port after a restart than in the queue's URL.
        const sqs = new SQSClient({ ...connection, useQueueUrlAsEndpoint: false });
        const batches: Redriven[] = [];
        const queues: RedrivenQueue[] = [];
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
          const callAgain = async () => {
            for await (const queue of redriveDeadLetters({ sqs, lambda, glue }, name)) {
              queues.push(queue);
              if (signal.aborted) throw new Interruption();
            }
          };
          await withActivity(() => `${queues.length} dead-letter queues read`, callAgain);
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
          for (const client of [lambda, glue, sqs]) client.destroy();
        }
        process.stdout.write(
          json
            ? `${JSON.stringify({ batches, queues, quarantined })}\n`
            : describe(batches, queues, quarantined),
        );
        const failed = [...batches, ...queues].some(
          ({ outcome }) => outcome === "failed again" || outcome === "unrecoverable",
        );
        return failed ? 1 : 0;
      }),
    ),
});

function describe(
  batches: readonly Redriven[],
  queues: readonly RedrivenQueue[],
  quarantined: readonly QuarantineRedriven[],
): string {
  const sum = (count: "sent" | "kept") => quarantined.reduce((total, object) => total + object[count], 0);
  const lines = batches.map(
    ({ key, function: name, records, outcome, reason }) =>
      `${outcome}: ${records} records of ${name.split(":").at(-1)}${reason === undefined ? "" : `: ${reason}`} (${key})`,
  );
  const letters = queues.map(
    ({ queue, messages, calls, outcome, reason }) =>
      `${outcome}: ${messages} messages of ${queue}, ${calls} calls${reason === undefined ? "" : `: ${reason}`}`,
  );
  return [
    ...lines,
    ...letters,
    `${batches.length} failed batches; quarantine: ${sum("sent")} lines sent again, ${sum("kept")} still invalid`,
    "",
  ].join("\n");
}
