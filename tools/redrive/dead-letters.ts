import { type GlueClient, StartCrawlerCommand } from "@aws-sdk/client-glue";
import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  paginateListQueues,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { Names } from "../../data/names";
import { messageOf } from "../kit/errors";

/** What became of a dead-letter queue's messages. */
export interface RedrivenQueue {
  readonly queue: string;
  readonly messages: number;
  /** Calls that were made again. */
  readonly calls: number;
  readonly outcome: "redriven" | "failed again" | "too late";
  readonly reason?: string;
}

export interface DeadLetterClients {
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  readonly glue: GlueClient;
}

const SUFFIX = "-dead-letters";
/** The longest time that a function runs: until then nobody else receives the messages. */
const VISIBILITY_SECONDS = 900;

/** Which calls of a queue's owner are made again. Without an entry it is one, which does the work of all. */
const repeats: Readonly<Record<string, "all" | "none">> = {
  // Each compares the day before its scheduled time.
  reconcile: "all",
  // The source's prices of then are gone.
  "poll-prices": "none",
};

/** Makes the calls of each dead-letter queue again. Removes messages whose calls succeed. */
export async function* redriveDeadLetters(
  clients: DeadLetterClients,
  name: Names,
): AsyncGenerator<RedrivenQueue> {
  const { sqs } = clients;
  const QueueNamePrefix = `${name.base}-`;
  for await (const { QueueUrls = [] } of paginateListQueues({ client: sqs }, { QueueNamePrefix }))
    for (const QueueUrl of QueueUrls) {
      const queue = QueueUrl.slice(QueueUrl.lastIndexOf("/") + 1);
      if (!queue.endsWith(SUFFIX)) continue;
      const messages = await receiveAll(sqs, QueueUrl);
      if (messages.length === 0) continue;
      const owner = queue.slice(QueueNamePrefix.length, -SUFFIX.length);
      const result = await repeat(clients, name, owner, messages);
      for (const { ReceiptHandle } of messages)
        await (result.outcome === "failed again"
          ? sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }))
          : sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })));
      yield { queue, messages: messages.length, ...result };
    }
}

async function receiveAll(sqs: SQSClient, QueueUrl: string): Promise<readonly Message[]> {
  const messages: Message[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        VisibilityTimeout: VISIBILITY_SECONDS,
      }),
    );
    if (Messages.length === 0) return messages;
    messages.push(...Messages);
  }
}

async function repeat(
  clients: DeadLetterClients,
  name: Names,
  owner: string,
  messages: readonly Message[],
): Promise<Pick<RedrivenQueue, "calls" | "outcome" | "reason">> {
  const which = repeats[owner];
  if (which === "none")
    return { calls: 0, outcome: "too late", reason: "npm run backfill -- --from-gaps fills the gaps" };
  const bodies = messages.map(({ Body = "" }) => Body);
  let calls = 0;
  for (const body of which === "all" ? new Set(bodies) : bodies.slice(-1)) {
    calls++;
    const reason = await call(clients, name, owner, body).catch(messageOf);
    if (reason !== undefined) return { calls, outcome: "failed again", reason };
  }
  return { calls, outcome: "redriven" };
}

/** The reason when the call fails. */
async function call(
  { lambda, glue }: DeadLetterClients,
  name: Names,
  owner: string,
  input: string,
): Promise<string | undefined> {
  if (`${name.base}-${owner}` === name.crawler) {
    await glue.send(new StartCrawlerCommand({ Name: name.crawler }));
    return undefined;
  }
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: name.function(owner), Payload: Buffer.from(input) }),
  );
  return FunctionError === undefined ? undefined : Buffer.from(Payload ?? []).toString("utf8");
}
