import { useState } from "preact/hooks";
import { call } from "../kit/api";
import { useChanges } from "../kit/changes";
import { useLive } from "../kit/live";
import { Action, Badge, Empty, Facts, Named, Page, Panel } from "../kit/page";
import { Reading } from "../kit/reading";
import { hrefOf, type Route } from "../kit/route";
import { Table } from "../kit/table";
import { Graphs, graph } from "../monitoring/graphs";

export const TopicsPage = ({ route }: { route: Route }) =>
  route.path[1] === undefined ? <Topics /> : <Topic key={route.path[1]} name={route.path[1]} />;

const nameOf = (arn = ""): string => arn.split(":").at(-1) ?? "";

const listTopics = async (signal: AbortSignal) => (await call("sns", "ListTopics", {}, signal)).Topics ?? [];

function Topics() {
  const read = useLive("topics", listTopics);
  return (
    <Page title="Topics" crumbs={[{ text: "SNS" }]}>
      <Reading of={read} />
      {read.data && (
        <Panel class="flush">
          <Table
            label="topics"
            rows={read.data}
            keyOf={({ TopicArn = "" }) => TopicArn}
            columns={[
              {
                name: "Name",
                of: ({ TopicArn }) => (
                  <Named icon="topic" text={nameOf(TopicArn)} href={hrefOf(["sns", nameOf(TopicArn)])} />
                ),
              },
              { name: "ARN", of: ({ TopicArn }) => <code>{TopicArn}</code>, wide: true },
            ]}
          />
        </Panel>
      )}
    </Page>
  );
}

function Topic({ name }: { name: string }) {
  const { allowed } = useChanges();
  const [message, setMessage] = useState("");
  const read = useLive(`topic ${name}`, async (signal) => {
    const arn = (await listTopics(signal)).find(({ TopicArn }) => nameOf(TopicArn) === name)?.TopicArn;
    if (arn === undefined) return undefined;
    const [{ Attributes }, { Subscriptions = [] }] = await Promise.all([
      call("sns", "GetTopicAttributes", { TopicArn: arn }, signal),
      call("sns", "ListSubscriptionsByTopic", { TopicArn: arn }, signal),
    ]);
    return { arn, attributes: Attributes, subscriptions: Subscriptions };
  });
  const { arn, attributes, subscriptions = [] } = read.data ?? {};
  return (
    <Page title={name} crumbs={[{ text: "SNS", href: "#/sns" }]}>
      <Reading of={read} />
      {arn !== undefined && (
        <>
          <Panel>
            <Facts
              facts={{
                ARN: <code>{arn}</code>,
                Encryption: attributes?.KmsMasterKeyId ?? "none",
                Subscriptions: attributes?.SubscriptionsConfirmed,
              }}
            />
          </Panel>
          <Panel class="flush" title="Subscriptions">
            <Table
              label="subscriptions"
              rows={subscriptions}
              keyOf={({ SubscriptionArn = "", Endpoint = "" }) => SubscriptionArn + Endpoint}
              empty={<Empty>Nobody is subscribed, so messages go nowhere.</Empty>}
              columns={[
                { name: "Protocol", of: ({ Protocol }) => <Badge text={Protocol} /> },
                { name: "Endpoint", of: ({ Endpoint = "" }) => <Receiver endpoint={Endpoint} />, wide: true },
                {
                  name: "State",
                  of: ({ SubscriptionArn = "" }) => (
                    <Badge
                      text={SubscriptionArn.startsWith("arn:") ? "confirmed" : "pending"}
                      tone={SubscriptionArn.startsWith("arn:") ? "good" : "warn"}
                    />
                  ),
                },
              ]}
            />
          </Panel>
          <Panel title="Publish a message">
            <div class="toolbar last">
              <input
                class="grow"
                aria-label="Message"
                value={message}
                disabled={!allowed}
                onInput={(event) => setMessage(event.currentTarget.value)}
              />
              <Action
                run={() => call("sns", "Publish", { TopicArn: arn, Message: message })}
                done="Published"
              >
                Publish
              </Action>
            </div>
          </Panel>
          <Graphs graphs={GRAPHS.map((make) => make(name))} />
        </>
      )}
    </Page>
  );
}

/** A queue or function links to its page; an address is shown as it is. */
function Receiver({ endpoint }: { endpoint: string }) {
  const [, service, name = ""] = /^arn:aws:(sqs|lambda):.*?([^:]+)$/.exec(endpoint) ?? [];
  if (service === undefined) return <code>{endpoint}</code>;
  return (
    <a href={hrefOf([service, name])}>
      <code>{endpoint}</code>
    </a>
  );
}

const metric = graph("AWS/SNS", "TopicName");
const GRAPHS = [
  metric("Messages published", { NumberOfMessagesPublished: "Sum" }),
  metric("Deliveries", { NumberOfNotificationsDelivered: "Sum", NumberOfNotificationsFailed: "Sum" }),
];
