import type { ComponentChildren } from "preact";
import { AthenaPage } from "./athena";
import { DynamoPage } from "./dynamodb";
import { FaultsPage } from "./faults";
import { FirehosePage } from "./firehose";
import { GluePage } from "./glue";
import { IamPage } from "./iam";
import { KinesisPage } from "./kinesis";
import type { IconName } from "./kit/icons";
import { Empty, Page } from "./kit/page";
import type { Route } from "./kit/route";
import { LambdaPage } from "./lambda";
import { QueuesPage } from "./messages/queues";
import { TopicsPage } from "./messages/topics";
import { CloudWatchPage } from "./monitoring";
import { Overview } from "./overview";
import { S3Page } from "./s3";
import { SchedulerPage } from "./scheduler";

export interface Section {
  /** The first part of its addresses. */
  readonly path: string;
  readonly name: string;
  readonly icon: IconName;
  readonly group: string;
  /** The service that it shows; absent when it always exists. */
  readonly service?: string;
  readonly page: (props: { route: Route }) => ComponentChildren;
}

/** The pages in the order of the navigation. */
export const sections: readonly Section[] = [
  { path: "", name: "Overview", icon: "overview", group: "", page: Overview },
  ...group("Streams", [
    { path: "kinesis", name: "Kinesis", icon: "stream", service: "kinesis", page: KinesisPage },
    { path: "firehose", name: "Firehose", icon: "delivery", service: "firehose", page: FirehosePage },
  ]),
  ...group("Compute", [
    { path: "lambda", name: "Lambda", icon: "function", service: "lambda", page: LambdaPage },
    { path: "scheduler", name: "Scheduler", icon: "schedule", service: "scheduler", page: SchedulerPage },
  ]),
  ...group("Data", [
    { path: "s3", name: "S3", icon: "bucket", service: "s3", page: S3Page },
    { path: "athena", name: "Athena", icon: "query", service: "athena", page: AthenaPage },
    { path: "glue", name: "Glue", icon: "catalogue", service: "glue", page: GluePage },
    { path: "dynamodb", name: "DynamoDB", icon: "table", service: "dynamodb", page: DynamoPage },
  ]),
  ...group("Messages", [
    { path: "sns", name: "SNS", icon: "topic", service: "sns", page: TopicsPage },
    { path: "sqs", name: "SQS", icon: "queue", service: "sqs", page: QueuesPage },
  ]),
  ...group("Operations", [
    { path: "cloudwatch", name: "CloudWatch", icon: "metrics", service: "monitoring", page: CloudWatchPage },
    { path: "iam", name: "IAM", icon: "access", page: IamPage },
    { path: "faults", name: "Faults", icon: "fault", page: FaultsPage },
  ]),
];

function group(name: string, members: readonly Omit<Section, "group">[]): Section[] {
  return members.map((section) => ({ ...section, group: name }));
}

export function pageOf(route: Route): ComponentChildren {
  const [first = ""] = route.path;
  const section = sections.find(({ path }) => path === first);
  if (section) {
    const Section = section.page;
    return <Section key={section.path} route={route} />;
  }
  return (
    <Page title="Not found">
      <Empty>
        There is no page for <code>{first}</code>. <a href="#/">Go to the overview.</a>
      </Empty>
    </Page>
  );
}
