import { LambdaClient } from "@aws-sdk/client-lambda";
import { names } from "../../data/names";
import { lanesFor } from "../../data/records/pack";
import { accountOf } from "../kit/account";
import { type Command, parseOptions, UsageError } from "../kit/command";
import { connect } from "../kit/connect";
import { deployedFeeds } from "../kit/deployed-feeds";
import { clientsFor } from "../reconcile/clients";
import { type Redriven, redriveFailures } from "./failures";
import { type QuarantineRedriven, redriveQuarantine } from "./quarantine";

const help = `npm run redrive -- [options]

After a fix: hands each batch in the failure bucket to its function again, and sends quarantined rows that are valid now
through the pipeline. What goes through is removed there; what does not stays, and is named. Exit code 1 when anything
failed again or cannot be recovered.

  --env NAME    local (the default), dev, staging, prod
  --dir PATH    state directory of the local cloud (.pricelake)
  --json        every batch and quarantine object, for machines
`;

export const redrive: Command = {
  summary: "replays failed batches and quarantined rows after a fix",
  help,
  run: async (args) => {
    const { values, positionals } = parseOptions(args, {
      env: { type: "string", default: "local" },
      dir: { type: "string" },
      json: { type: "boolean", default: false },
    });
    if (positionals.length > 0)
      throw new UsageError(`redrive takes no argument "${positionals[0]}"; see --help`);
    const name = names(values.env);
    const { connection, close } = await connect(values.env, values.dir);
    const clients = clientsFor(connection);
    const lambda = new LambdaClient(connection);
    const batches: Redriven[] = [];
    const quarantined: (QuarantineRedriven & { feed: string })[] = [];
    const interrupted = new AbortController();
    const stop = () => interrupted.abort();
    process.once("SIGINT", stop);
    try {
      const { account, region } = await accountOf(connection);
      for await (const batch of redriveFailures(clients.s3, lambda, name.failuresBucket(account, region))) {
        batches.push(batch);
        if (interrupted.signal.aborted) return 130;
      }
      for (const { feed, openShards } of await deployedFeeds(clients.kinesis, values.env)) {
        const options = {
          ...clients,
          bucket: name.lakeBucket(account, region),
          stream: name.stream(feed.name),
          lanes: lanesFor(openShards),
          feed,
          signal: interrupted.signal,
        };
        for await (const object of redriveQuarantine(options))
          quarantined.push({ feed: feed.name, ...object });
      }
    } catch (error) {
      if (interrupted.signal.aborted) return 130;
      throw error;
    } finally {
      process.off("SIGINT", stop);
      clients.close();
      lambda.destroy();
      await close?.();
    }
    if (values.json) process.stdout.write(`${JSON.stringify({ batches, quarantined })}\n`);
    else process.stdout.write(describe(batches, quarantined));
    return batches.some(({ outcome }) => outcome !== "redriven") ? 1 : 0;
  },
};

function describe(
  batches: readonly Redriven[],
  quarantined: readonly (QuarantineRedriven & { feed: string })[],
): string {
  const sent = quarantined.reduce((total, object) => total + object.sent, 0);
  const kept = quarantined.reduce((total, object) => total + object.kept, 0);
  const lines = batches.map(
    ({ key, function: name, records, outcome, reason }) =>
      `${outcome}: ${records} records of ${name.split(":").at(-1)}${reason === undefined ? "" : `: ${reason}`} (${key})`,
  );
  return [
    ...lines,
    `${batches.length} failed batches; quarantine: ${sent} rows sent again, ${kept} still no rows`,
    "",
  ].join("\n");
}
