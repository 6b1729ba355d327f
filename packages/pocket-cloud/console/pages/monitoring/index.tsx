import { call } from "../kit/api";
import { bytes, time } from "../kit/format";
import { allPages, useLive } from "../kit/live";
import { Page, Tabs } from "../kit/page";
import { ListPanel } from "../kit/reading";
import { hrefOf, type Route } from "../kit/route";
import { AlarmList, AlarmPage } from "./alarm-pages";
import { DashboardPage } from "./dashboard";
import { LogView } from "./log-view";
import { MetricExplorer } from "./metric-explorer";

const TABS = { dashboards: "Dashboards", alarms: "Alarms", metrics: "Metrics", logs: "Logs" } as const;

export function CloudWatchPage({ route }: { route: Route }) {
  const [, tab = "dashboards", name] = route.path;
  if (name !== undefined && tab === "dashboards") return <DashboardPage key={name} name={name} />;
  if (name !== undefined && tab === "alarms") return <AlarmPage key={name} name={name} />;
  if (name !== undefined && tab === "logs")
    return (
      <Page
        title={name}
        crumbs={[
          { text: "CloudWatch", href: "#/cloudwatch" },
          { text: "Logs", href: "#/cloudwatch/logs" },
        ]}
      >
        <LogView key={name} group={name} />
      </Page>
    );
  return (
    <Page title={TABS[tab as keyof typeof TABS] ?? "CloudWatch"} crumbs={[{ text: "CloudWatch" }]}>
      <Tabs
        tabs={Object.entries(TABS).map(([key, text]) => ({
          text,
          href: hrefOf(["cloudwatch", key]),
          current: key === tab,
        }))}
      />
      {tab === "dashboards" && <Dashboards />}
      {tab === "alarms" && <AlarmList />}
      {tab === "metrics" && <MetricExplorer route={route} />}
      {tab === "logs" && <LogGroups />}
    </Page>
  );
}

function Dashboards() {
  const read = useLive("dashboards", (signal) => call("monitoring", "ListDashboards", {}, signal));
  return (
    <ListPanel
      read={read}
      label="dashboards"
      rows={read.data?.DashboardEntries ?? []}
      keyOf={({ DashboardName = "" }) => DashboardName}
      textOf={({ DashboardName = "" }) => DashboardName}
      columns={[
        {
          name: "Name",
          of: ({ DashboardName = "" }) => (
            <a href={hrefOf(["cloudwatch", "dashboards", DashboardName])}>{DashboardName}</a>
          ),
        },
        { name: "Modified (UTC)", of: ({ LastModified }) => time(LastModified) },
      ]}
    />
  );
}

function LogGroups() {
  const read = useLive("log groups", (signal) =>
    allPages(
      (nextToken) => call("logs", "DescribeLogGroups", { limit: 50, nextToken }, signal),
      ({ logGroups }) => logGroups,
      ({ nextToken }) => nextToken,
    ),
  );
  return (
    <ListPanel
      read={read}
      label="log groups"
      rows={read.data ?? []}
      keyOf={({ logGroupName = "" }) => logGroupName}
      textOf={({ logGroupName = "" }) => logGroupName}
      columns={[
        {
          name: "Name",
          of: ({ logGroupName = "" }) => (
            <a href={hrefOf(["cloudwatch", "logs", logGroupName])}>{logGroupName}</a>
          ),
          sort: ({ logGroupName }) => logGroupName,
        },
        {
          name: "Stored",
          of: ({ storedBytes }) => bytes(storedBytes),
          sort: ({ storedBytes }) => storedBytes,
          number: true,
        },
        {
          name: "Retention",
          of: ({ retentionInDays }) =>
            retentionInDays === undefined ? "never expires" : `${retentionInDays} d`,
          number: true,
        },
      ]}
    />
  );
}
