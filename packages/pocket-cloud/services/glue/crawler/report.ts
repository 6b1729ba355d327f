import type { Crawler } from "@aws-sdk/client-glue";
import type { Caller } from "../../../caller";
import { AwsError } from "../../../errors";
import type { CloudContext } from "../../../service";
import type { GlueStore } from "../store";
import type { Changes } from "./reconcile";

const LOG_GROUP = "/aws-glue/crawlers";

/**
 * Where a crawler logs. With a security configuration it has a group for its role, which Glue encrypts with the
 * configuration's key. AWS does not document the group's name; policies that public projects deploy for such crawlers
 * name the role with its path, then the configuration.
 */
export interface LogTarget {
  readonly group: string;
  readonly kmsKeyId: string | undefined;
}

export function logTargetOf({ securityConfigurations }: GlueStore, crawler: Crawler): LogTarget {
  const configuration = securityConfigurations.get(crawler.CrawlerSecurityConfiguration ?? "");
  if (!configuration) return { group: LOG_GROUP, kmsKeyId: undefined };
  const role = crawler.Role?.replace(/^arn:.*:role\//, "");
  const { CloudWatchEncryption: encryption } = configuration.EncryptionConfiguration ?? {};
  return {
    group: `${LOG_GROUP}-role/${role}-${configuration.Name}`,
    kmsKeyId: encryption?.CloudWatchEncryptionMode === "SSE-KMS" ? encryption.KmsKeyArn : undefined,
  };
}

/** Writes a run's log to CloudWatch Logs. As in AWS, a crawl succeeds even when its role may not write logs. */
export async function writeLog(
  cloud: CloudContext,
  caller: Caller,
  { group: logGroupName, kmsKeyId }: LogTarget,
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
  const stream = { logGroupName, logStreamName: crawler };
  try {
    await ignoreExisting(cloud.call("logs", "CreateLogGroup", { logGroupName }, caller));
    if (kmsKeyId !== undefined)
      await cloud.call("logs", "AssociateKmsKey", { logGroupName, kmsKeyId }, caller);
    await ignoreExisting(cloud.call("logs", "CreateLogStream", stream, caller));
    const timestamp = cloud.clock.now();
    const logEvents = lines.map((message) => ({ timestamp, message: `[${crawlId}] ${message}` }));
    await cloud.call("logs", "PutLogEvents", { ...stream, logEvents }, caller);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    cloud.log(`glue crawler ${crawler} could not write its log: ${error.message}`);
  }
}

async function ignoreExisting(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if (!(error instanceof AwsError && error.code === "ResourceAlreadyExistsException")) throw error;
  }
}

/** The Summary of a run in ListCrawls: a JSON object whose TABLE and PARTITION members are JSON texts. */
export function summaryOf(changes: Changes): string {
  const TABLE = actions({ ADD: changes.created, UPDATE: changes.updated, DELETE: changes.deleted });
  const PARTITION = actions({
    ADD: changes.partitionsCreated,
    UPDATE: changes.partitionsUpdated,
    DELETE: changes.partitionsDeleted,
  });
  return JSON.stringify({ TABLE, PARTITION });
}

function actions(namesByAction: Readonly<Record<string, readonly string[]>>): string | undefined {
  const entries = Object.entries(namesByAction)
    .filter(([, names]) => names.length > 0)
    .map(([action, names]) => [action, { Count: names.length, Names: names.slice(0, 100) }] as const);
  return entries.length === 0 ? undefined : JSON.stringify(Object.fromEntries(entries));
}
