import type { Caller } from "../../../caller";
import { AwsError } from "../../../errors";
import type { CloudContext } from "../../../service";
import type { Changes } from "./reconcile";

const GROUP = "/aws-glue/crawlers";

/** The run's diary in CloudWatch Logs. A role that may not write there crawls all the same, as in AWS. */
export async function writeLog(
  cloud: CloudContext,
  caller: Caller,
  crawler: string,
  crawlId: string,
  changes: Changes,
): Promise<void> {
  const lines = [
    ...changes.created.map((name) => `INFO : Created table ${name}`),
    ...changes.updated.map((name) => `INFO : Updated table ${name}`),
    ...changes.deleted.map((name) => `INFO : Deleted table ${name}`),
    ...changes.log,
    `BENCHMARK : Finished writing to Catalog: ${changes.partitionsCreated.length} partitions added`,
  ];
  const stream = { logGroupName: GROUP, logStreamName: crawler };
  try {
    await unlessThere(cloud.call("logs", "CreateLogGroup", { logGroupName: GROUP }, caller));
    await unlessThere(cloud.call("logs", "CreateLogStream", stream, caller));
    const timestamp = cloud.clock.now();
    const logEvents = lines.map((message) => ({ timestamp, message: `[${crawlId}] ${message}` }));
    await cloud.call("logs", "PutLogEvents", { ...stream, logEvents }, caller);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    cloud.log(`glue crawler ${crawler} could not write its log: ${error.message}`);
  }
}

async function unlessThere(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if (!(error instanceof AwsError && error.code === "ResourceAlreadyExistsException")) throw error;
  }
}
