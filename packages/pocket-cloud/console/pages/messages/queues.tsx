import type { Message } from "@aws-sdk/client-sqs";
import { useState } from "preact/hooks";
import { call, type Json } from "../kit/api";
import { pretty } from "../kit/decode";
import { count, duration, time } from "../kit/format";
import { useLive } from "../kit/live";
import { Action, Empty, Facts, Named, Page, Panel } from "../kit/page";
import { Reading } from "../kit/reading";
import { hrefOf, type Route } from "../kit/route";
import { Table } from "../kit/table";
import { Graphs, graph } from "../monitoring/graphs";

export const QueuesPage = ({ route }: { route: Route }) =>
  route.path[1] === undefined ? <Queues /> : <QueuePage key={route.path[1]} name={route.path[1]} />;

const EVERY_MS = 4000;
const MOST_PEEKED = 100;
/** Messages become visible again after this time when the page is closed while it peeks. */
const PEEK_SECONDS = 30;
const nameOf = (url = ""): string => url.split("/").at(-1) ?? "";

const attributesOf = async (QueueUrl: string, signal: AbortSignal) =>
  (await call("sqs", "GetQueueAttributes", { QueueUrl, AttributeNames: ["All"] }, signal)).Attributes ?? {};

function Queues() {
  const read = useLive(
    "queues",
    async (signal) => {
      const { QueueUrls = [] } = await call("sqs", "ListQueues", { MaxResults: 1000 }, signal);
      return Promise.all(
        QueueUrls.map(async (url) => ({ url, attributes: await attributesOf(url, signal) })),
      );
    },
    EVERY_MS,
  );
  return (
    <Page title="Queues" crumbs={[{ text: "SQS" }]}>
      <Reading of={read} />
      {read.data && (
        <Panel class="flush">
          <Table
            label="queues"
            rows={read.data}
            keyOf={({ url }) => url}
            columns={[
              {
                name: "Name",
                of: ({ url }) => (
                  <Named icon="queue" text={nameOf(url)} href={hrefOf(["sqs", nameOf(url)])} />
                ),
              },
              {
                name: "Messages",
                of: ({ attributes }) => attributes.ApproximateNumberOfMessages,
                number: true,
              },
              {
                name: "In flight",
                of: ({ attributes }) => attributes.ApproximateNumberOfMessagesNotVisible,
                number: true,
              },
              {
                name: "Delayed",
                of: ({ attributes }) => attributes.ApproximateNumberOfMessagesDelayed,
                number: true,
              },
              {
                name: "Encryption",
                of: ({ attributes }) =>
                  attributes.KmsMasterKeyId ??
                  (attributes.SqsManagedSseEnabled === "true" ? "SQS key" : "none"),
              },
            ]}
          />
        </Panel>
      )}
    </Page>
  );
}

function QueuePage({ name }: { name: string }) {
  const [messages, setMessages] = useState<readonly Json<Message>[]>();
  const read = useLive(
    `queue ${name}`,
    async (signal) => {
      const { QueueUrl = "" } = await call("sqs", "GetQueueUrl", { QueueName: name }, signal);
      return { url: QueueUrl, attributes: await attributesOf(QueueUrl, signal) };
    },
    EVERY_MS,
  );
  const { url, attributes } = read.data ?? {};
  const peek = async () => {
    const QueueUrl = url ?? "";
    const found: Json<Message>[] = [];
    // A call returns at most ten messages. They stay invisible meanwhile, so that the next call returns others.
    try {
      while (found.length < MOST_PEEKED) {
        const { Messages = [] } = await call("sqs", "ReceiveMessage", {
          QueueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: PEEK_SECONDS,
          MessageSystemAttributeNames: ["All"],
        });
        found.push(...Messages);
        if (Messages.length === 0) break;
      }
    } finally {
      for (let i = 0; i < found.length; i += 10)
        await call("sqs", "ChangeMessageVisibilityBatch", {
          QueueUrl,
          Entries: found.slice(i, i + 10).map(({ ReceiptHandle }, index) => ({
            ...{ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 },
          })),
        });
    }
    setMessages(found);
  };
  return (
    <Page title={name} crumbs={[{ text: "SQS", href: "#/sqs" }]}>
      <Reading of={read} />
      {attributes && (
        <>
          <Panel>
            <Facts
              facts={{
                ARN: <code>{attributes.QueueArn}</code>,
                Messages: count(Number(attributes.ApproximateNumberOfMessages)),
                "In flight": count(Number(attributes.ApproximateNumberOfMessagesNotVisible)),
                "Visibility timeout": duration(Number(attributes.VisibilityTimeout) * 1000),
                Retention: duration(Number(attributes.MessageRetentionPeriod) * 1000),
                Redrive: attributes.RedrivePolicy ?? "none",
              }}
            />
          </Panel>
          <Panel
            class="flush"
            title="Messages"
            actions={
              <Action run={peek} done="">
                Peek
              </Action>
            }
          >
            {messages ? (
              <Table
                label="messages"
                rows={messages}
                keyOf={({ MessageId = "" }) => MessageId}
                empty="No visible messages."
                columns={[
                  { name: "Sent (UTC)", of: ({ Attributes }) => time(Number(Attributes?.SentTimestamp)) },
                  {
                    name: "Receives",
                    of: ({ Attributes }) => Attributes?.ApproximateReceiveCount,
                    number: true,
                  },
                  { name: "Body", of: ({ Body = "" }) => <pre>{pretty(Body)}</pre>, wide: true },
                ]}
              />
            ) : (
              <Empty>
                Peeking receives up to {MOST_PEEKED} messages and makes them visible again at once. It counts
                as a receive, as in AWS, so it needs “Allow changes”.
              </Empty>
            )}
          </Panel>
          <Graphs graphs={GRAPHS.map((make) => make(name))} />
        </>
      )}
    </Page>
  );
}

const metric = graph("AWS/SQS", "QueueName");
const GRAPHS = [
  metric("Messages sent and deleted", { NumberOfMessagesSent: "Sum", NumberOfMessagesDeleted: "Sum" }),
  metric("Visible messages", { ApproximateNumberOfMessagesVisible: "Maximum" }),
];
