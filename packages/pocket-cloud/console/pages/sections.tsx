import type { ComponentChildren } from "preact";
import { AthenaPage } from "./athena";
import { DynamoPage } from "./dynamodb";
import { KinesisPage } from "./kinesis";
import type { IconName } from "./kit/icons";
import { Empty, Page } from "./kit/page";
import type { Route } from "./kit/route";
import { LambdaPage } from "./lambda";
import { CloudWatchPage } from "./monitoring";
import { Overview } from "./overview";
import { S3Page } from "./s3";

export interface Section {
  /** The first part of its addresses. */
  readonly path: string;
  readonly name: string;
  readonly icon: IconName;
  readonly group: string;
  /** The service that it shows; absent when it always exists. */
  readonly service?: string;
  readonly page: (route: Route) => ComponentChildren;
}

/** The pages in the order of the navigation. */
export const sections: readonly Section[] = [
  { path: "", name: "Overview", icon: "overview", group: "", page: () => <Overview /> },
  {
    path: "kinesis",
    name: "Kinesis",
    icon: "stream",
    group: "Streams",
    service: "kinesis",
    page: (route) => <KinesisPage route={route} />,
  },
  {
    path: "lambda",
    name: "Lambda",
    icon: "function",
    group: "Compute",
    service: "lambda",
    page: (route) => <LambdaPage route={route} />,
  },
  {
    path: "s3",
    name: "S3",
    icon: "bucket",
    group: "Data",
    service: "s3",
    page: (route) => <S3Page route={route} />,
  },
  {
    path: "athena",
    name: "Athena",
    icon: "query",
    group: "Data",
    service: "athena",
    page: (route) => <AthenaPage route={route} />,
  },
  {
    path: "dynamodb",
    name: "DynamoDB",
    icon: "table",
    group: "Data",
    service: "dynamodb",
    page: (route) => <DynamoPage route={route} />,
  },
  {
    path: "cloudwatch",
    name: "CloudWatch",
    icon: "metrics",
    group: "Watching",
    service: "monitoring",
    page: (route) => <CloudWatchPage route={route} />,
  },
];

export function pageOf(route: Route): ComponentChildren {
  const [first = ""] = route.path;
  const section = sections.find(({ path }) => path === first);
  if (section) return section.page(route);
  return (
    <Page title="Not found">
      <Empty>
        There is no page for <code>{first}</code>. <a href="#/">Go to the overview.</a>
      </Empty>
    </Page>
  );
}
