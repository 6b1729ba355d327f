import { useState } from "preact/hooks";
import { call, callLocal } from "../kit/api";
import { Chart } from "../kit/chart";
import { commonPrefix, short } from "../kit/format";
import { useLive } from "../kit/live";
import { Badge, Loading, Page, Panel, Problem } from "../kit/page";
import { hrefOf } from "../kit/route";
import type { Status } from "../kit/status";
import { readAlarms } from "./alarms";
import { periodFor, RangePicker, rangeMillis } from "./graphs";
import { queriesOf, shortLabels, type Widget, widgetsOf } from "./widgets";

const EVERY_MS = 10_000;

interface Range {
  readonly from: number;
  readonly to: number;
  readonly period: number;
}

/** A deployed dashboard, laid out as CloudWatch does: a grid of 24 columns. */
export function DashboardPage({ name }: { name: string }) {
  const [range, setRange] = useState("3 h");
  const body = useLive(`dashboard ${name}`, (signal) =>
    call("monitoring", "GetDashboard", { DashboardName: name }, signal),
  );
  const clock = useLive(
    `dashboard time ${range}`,
    async (signal): Promise<Range> => {
      const to = Date.parse((await callLocal<Status>("GetStatus", {}, signal)).Time);
      return { from: to - rangeMillis(range), to, period: periodFor(rangeMillis(range)) };
    },
    EVERY_MS,
  );
  const widgets = body.data?.DashboardBody === undefined ? [] : widgetsOf(body.data.DashboardBody);
  return (
    <Page
      title={name}
      crumbs={[
        { text: "CloudWatch", href: "#/cloudwatch" },
        { text: "Dashboards", href: "#/cloudwatch/dashboards" },
      ]}
      actions={<RangePicker value={range} onChange={setRange} />}
    >
      <Problem error={body.error ?? clock.error} />
      {!body.data && !body.error && <Loading />}
      <div class="dashboard">
        {widgets.map((widget, index) => (
          <div
            key={`${widget.y} ${widget.x} ${index}`}
            class="widget"
            style={{
              gridColumn: `${(widget.x ?? 0) + 1} / span ${widget.width ?? 6}`,
              gridRow: `${(widget.y ?? 0) + 1} / span ${widget.height ?? 6}`,
            }}
          >
            {clock.data && <WidgetView widget={widget} range={clock.data} />}
          </div>
        ))}
      </div>
    </Page>
  );
}

function WidgetView({ widget, range }: { widget: Widget; range: Range }) {
  if (widget.type === "text")
    return (
      <Panel>
        <Markdown text={widget.properties.markdown ?? ""} />
      </Panel>
    );
  if (widget.type === "alarm") return <AlarmWidget widget={widget} />;
  if (widget.type === "metric") return <MetricWidget widget={widget} range={range} />;
  return (
    <Panel title={widget.properties.title}>
      <p class="muted">Widgets of the type {widget.type} are not shown.</p>
    </Panel>
  );
}

function MetricWidget({ widget, range }: { widget: Widget; range: Range }) {
  const { title = "", view, stacked, annotations } = widget.properties;
  const single = view === "singleValue" || view === "gauge";
  const queries = queriesOf(widget, range.period);
  const read = useLive(`widget ${JSON.stringify(queries)} ${range.to}`, async (signal) => {
    const { MetricDataResults = [] } = await call(
      "monitoring",
      "GetMetricData",
      {
        StartTime: new Date(range.from).toISOString(),
        EndTime: new Date(range.to).toISOString(),
        ScanBy: "TimestampAscending",
        MetricDataQueries: queries as never,
      },
      signal,
    );
    return MetricDataResults.map(({ Label = "", Timestamps = [], Values = [] }) => ({
      label: Label,
      points: Timestamps.map((at, index): [number, number] => [Date.parse(at), Values[index] ?? 0]),
    }));
  });
  const last = useLast(read.data);
  const labels = shortLabels((last ?? []).map(({ label }) => label));
  const prefix = commonPrefix(labels);
  const lines = (last ?? []).map(({ points }, index) => ({
    name: labels[index]?.startsWith(prefix)
      ? (labels[index]?.slice(prefix.length) ?? "")
      : (labels[index] ?? ""),
    points,
  }));
  const [mark] = annotations?.horizontal ?? [];
  return (
    <Panel title={title}>
      <Problem error={read.error} />
      {single ? (
        <ul class="values">
          {lines.map(({ name, points }) => (
            <li key={name}>
              <strong>{short(points.at(-1)?.[1])}</strong> <span class="muted">{name}</span>
            </li>
          ))}
        </ul>
      ) : (
        last && (
          <Chart
            label={title}
            lines={lines}
            height={150}
            stacked={stacked === true}
            range={[range.from, range.to]}
            period={Math.max(...queries.map(({ Period, MetricStat }) => MetricStat?.Period ?? Period ?? 60))}
            {...(mark?.value !== undefined && { mark: { value: mark.value, name: mark.label ?? "" } })}
          />
        )
      )}
    </Panel>
  );
}

/** The last value that was there, so that a widget keeps its graph while the next one is read. */
function useLast<T>(value: T | undefined): T | undefined {
  const [last, setLast] = useState(value);
  if (value !== undefined && value !== last) setLast(value);
  return value ?? last;
}

function AlarmWidget({ widget }: { widget: Widget }) {
  const alarms = useLive("alarm list", readAlarms, EVERY_MS);
  const names = new Set((widget.properties.alarms ?? []).map((arn) => arn.split(":alarm:").at(-1)));
  const shown = (alarms.data ?? []).filter(({ AlarmName }) => names.has(AlarmName));
  return (
    <Panel title={widget.properties.title ?? "Alarms"}>
      <Problem error={alarms.error} />
      <ul class="inline alarms">
        {shown.map(({ AlarmName = "", StateValue }) => (
          <li key={AlarmName}>
            <a href={hrefOf(["cloudwatch", "alarms", AlarmName])}>{AlarmName}</a> <Badge text={StateValue} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Headings, lists and paragraphs. Everything else stays as it is written. */
function Markdown({ text }: { text: string }) {
  return (
    <div class="markdown">
      {text.split("\n").map((line, index) => {
        const [, marks = "", heading = ""] = /^(#{1,6})\s+(.*)$/.exec(line) ?? [];
        const key = `${index} ${line}`;
        if (marks !== "")
          return (
            <h2 key={key}>
              <Inline text={heading} />
            </h2>
          );
        const bullet = /^[-*] /.test(line);
        return line === "" ? null : (
          <p key={key}>
            {bullet && "• "}
            <Inline text={bullet ? line.slice(2) : line} />
          </p>
        );
      })}
    </div>
  );
}

/** Bold, emphasis, code and links within a line. Only web addresses become links. */
const Inline = ({ text }: { text: string }) => (
  <>
    {text.split(/(\*\*[^*]+\*\*|\*[^*]+\*|`[^`]+`|\[[^\]]+\]\(https?:\/\/[^\s)]+\))/).map((part, index) => {
      const key = `${index} ${part}`;
      const [, label, href] = /^\[([^\]]+)\]\((.+)\)$/.exec(part) ?? [];
      if (href !== undefined)
        return (
          <a key={key} href={href} rel="noreferrer">
            {label}
          </a>
        );
      if (/^\*\*.+\*\*$/.test(part)) return <strong key={key}>{part.slice(2, -2)}</strong>;
      if (/^\*.+\*$/.test(part)) return <em key={key}>{part.slice(1, -1)}</em>;
      if (/^`.+`$/.test(part)) return <code key={key}>{part.slice(1, -1)}</code>;
      return part;
    })}
  </>
);
