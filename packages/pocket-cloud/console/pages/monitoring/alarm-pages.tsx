import { call, callLocal } from "../kit/api";
import { Chart } from "../kit/chart";
import { time } from "../kit/format";
import { useLive } from "../kit/live";
import { readMetrics } from "../kit/metrics";
import { Badge, Empty, Facts, Page, Panel } from "../kit/page";
import { ListPanel, Reading } from "../kit/reading";
import { hrefOf } from "../kit/route";
import type { Status } from "../kit/status";
import { Table } from "../kit/table";
import { type Alarm, readAlarms } from "./alarms";

const EVERY_MS = 4000;

const conditionOf = ({
  MetricName,
  Metrics,
  Statistic,
  ExtendedStatistic,
  ComparisonOperator,
  Threshold,
  Period,
}: Alarm) => {
  const what =
    MetricName ?? Metrics?.find(({ ReturnData }) => ReturnData !== false)?.Expression ?? "expression";
  const stat = Statistic ?? ExtendedStatistic ?? "";
  const sign = OPERATORS[ComparisonOperator ?? ""] ?? ComparisonOperator;
  return `${stat} ${what} ${sign} ${Threshold}${Period ? ` over ${Period} s` : ""}`.trim();
};

const OPERATORS: Readonly<Record<string, string>> = {
  GreaterThanThreshold: ">",
  GreaterThanOrEqualToThreshold: "≥",
  LessThanThreshold: "<",
  LessThanOrEqualToThreshold: "≤",
};

export function AlarmList() {
  const read = useLive("alarm list", readAlarms, EVERY_MS);
  return (
    <ListPanel
      read={read}
      label="alarms"
      rows={[...(read.data ?? [])].sort((a, b) => rank(a) - rank(b))}
      keyOf={({ AlarmName = "" }) => AlarmName}
      textOf={({ AlarmName = "" }) => AlarmName}
      columns={[
        {
          name: "State",
          of: ({ StateValue }) => <Badge text={StateValue} />,
          sort: ({ StateValue }) => StateValue,
        },
        {
          name: "Name",
          of: ({ AlarmName = "" }) => <a href={hrefOf(["cloudwatch", "alarms", AlarmName])}>{AlarmName}</a>,
          sort: ({ AlarmName }) => AlarmName,
        },
        { name: "Condition", of: (alarm) => conditionOf(alarm), wide: true },
        { name: "Since (UTC)", of: ({ StateUpdatedTimestamp }) => time(StateUpdatedTimestamp) },
      ]}
    />
  );
}

/** Alarms that fire come first. */
const rank = ({ StateValue }: Alarm): number => (StateValue === "ALARM" ? 0 : StateValue === "OK" ? 1 : 2);

const WINDOW_MS = 3 * 3_600_000;

export function AlarmPage({ name }: { name: string }) {
  const read = useLive(
    `alarm ${name}`,
    async (signal) => {
      const [{ MetricAlarms = [] }, { AlarmHistoryItems = [] }, { Time }] = await Promise.all([
        call("monitoring", "DescribeAlarms", { AlarmNames: [name] }, signal),
        call("monitoring", "DescribeAlarmHistory", { AlarmName: name, MaxRecords: 100 }, signal),
        callLocal<Status>("GetStatus", {}, signal),
      ]);
      const [alarm] = MetricAlarms;
      const now = Date.parse(Time);
      const range = { from: now - WINDOW_MS, to: now + 60_000, period: Math.max(60, alarm?.Period ?? 60) };
      const metric = alarm?.MetricName && {
        namespace: alarm.Namespace ?? "",
        name: alarm.MetricName,
        stat: alarm.Statistic ?? alarm.ExtendedStatistic ?? "Average",
        dimensions: Object.fromEntries(
          (alarm.Dimensions ?? []).map(({ Name = "", Value = "" }) => [Name, Value]),
        ),
      };
      const points = metric ? await readMetrics([metric], range, signal) : [];
      return { alarm, history: AlarmHistoryItems, points: points[0], range };
    },
    EVERY_MS,
  );
  const { alarm, history = [], points, range } = read.data ?? {};
  return (
    <Page
      title={name}
      crumbs={[
        { text: "CloudWatch", href: "#/cloudwatch" },
        { text: "Alarms", href: "#/cloudwatch/alarms" },
      ]}
      about={alarm?.AlarmDescription}
    >
      <Reading of={read} />
      {read.data && !alarm && <Empty>There is no alarm of this name.</Empty>}
      {alarm && (
        <Panel>
          <Facts
            facts={{
              State: <Badge text={alarm.StateValue} />,
              Condition: conditionOf(alarm),
              Datapoints: `${alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods} of ${alarm.EvaluationPeriods}`,
              "Missing data": alarm.TreatMissingData ?? "missing",
              "Since (UTC)": time(alarm.StateUpdatedTimestamp),
              Reason: alarm.StateReason,
              Actions: alarm.AlarmActions?.join(", ") || "none",
            }}
          />
        </Panel>
      )}
      {alarm && points && range && (
        <Panel title={alarm.MetricName}>
          <Chart
            label={alarm.MetricName ?? ""}
            lines={[{ name: alarm.MetricName ?? "", points }]}
            mark={{ value: alarm.Threshold ?? 0, name: "threshold" }}
            period={range.period}
            range={[range.from, range.to]}
          />
        </Panel>
      )}
      {alarm && (
        <Panel class="flush" title="History">
          <Table
            label="changes"
            rows={history}
            keyOf={({ Timestamp = "", HistorySummary = "" }) => Timestamp + HistorySummary}
            columns={[
              { name: "Time (UTC)", of: ({ Timestamp }) => time(Timestamp) },
              { name: "Kind", of: ({ HistoryItemType }) => HistoryItemType },
              { name: "What happened", of: ({ HistorySummary }) => HistorySummary, wide: true },
            ]}
          />
        </Panel>
      )}
    </Page>
  );
}
