import { useMemo } from "preact/hooks";
import { callLocal } from "./kit/api";
import { Spark } from "./kit/chart";
import { ago, count, duration, short } from "./kit/format";
import { useLive } from "./kit/live";
import { type Points, readMetrics } from "./kit/metrics";
import { Badge, Empty, Loading, Page, Panel, Problem } from "./kit/page";
import { hrefOf } from "./kit/route";
import { type Status, useNow, useStatus } from "./kit/status";
import { alarmsOn, readAlarms } from "./monitoring/alarms";
import { type Activity, activitiesOf, metricsOfNodes } from "./pipeline/activity";
import { Drawing } from "./pipeline/drawing";
import { type Graph, graphOf } from "./pipeline/model";
import { readResources } from "./pipeline/read";

const RESOURCES_MS = 30_000;
const METRICS_MS = 4000;
const HOUR = 3_600_000;

export function Overview() {
  const status = useStatus();
  const services = status?.Services;
  const now = useNow();
  const resources = useLive(
    `resources ${services ? "known" : ""}`,
    async (signal) => (services ? graphOf(await readResources(services, signal)) : undefined),
    RESOURCES_MS,
  );
  const graph = resources.data;
  const activity = useLive(
    `activity ${graph?.nodes.length}`,
    async (signal) => (graph ? readActivity(graph, signal) : undefined),
    METRICS_MS,
  );
  const alarms = useLive(
    `alarms ${services?.includes("monitoring")}`,
    async (signal) => (services?.includes("monitoring") ? readAlarms(signal) : []),
    METRICS_MS,
  );
  const firing = (alarms.data ?? []).filter(({ StateValue }) => StateValue === "ALARM");
  const alarmed = useMemo(
    () =>
      new Set((graph?.nodes ?? []).filter((node) => alarmsOn(node, firing).length > 0).map(({ id }) => id)),
    [graph, firing],
  );
  const activities = activity.data?.activities ?? NONE;
  return (
    <Page title="Overview" about="What runs in this cloud, and what passes through it in the last hour.">
      <Problem error={resources.error ?? activity.error ?? alarms.error} />
      {graph && activity.data && (
        <Headlines graph={graph} activities={activities} alarms={firing.length} now={now} />
      )}
      {!graph && !resources.error && <Loading />}
      {graph && graph.nodes.length === 0 && (
        <Empty>
          Nothing is deployed yet. Point any AWS client to <code>{status?.Endpoint}</code>, and what it
          creates appears here.
        </Empty>
      )}
      {graph && graph.nodes.length > 0 && (
        <Panel title="Pipeline" class="wide">
          <Drawing graph={graph} activities={activities} alarmed={alarmed} />
        </Panel>
      )}
      {firing.length > 0 && (
        <Panel title="Alarms">
          <ul class="list">
            {firing.map(({ AlarmName = "", StateReason, StateUpdatedTimestamp }) => (
              <li key={AlarmName}>
                <Badge text="ALARM" />
                <a href={hrefOf(["cloudwatch", "alarms", AlarmName])}>{AlarmName}</a>
                <span class="muted">{StateReason}</span>
                <span class="muted">{ago(StateUpdatedTimestamp, now)}</span>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </Page>
  );
}

const NONE: ReadonlyMap<string, Activity> = new Map();

/** The cloud's time is read with the metrics: while it is simulated, an hour passes in seconds. */
async function readActivity(graph: Graph, signal: AbortSignal) {
  const { Time } = await callLocal<Status>("GetStatus", {}, signal);
  const now = Date.parse(Time);
  const range = { from: now - HOUR, to: now + 60_000, period: 60 };
  const points = await readMetrics(metricsOfNodes(graph.nodes), range, signal);
  return { activities: activitiesOf(graph.nodes, points, now), now };
}

interface HeadlineProps {
  readonly graph: Graph;
  readonly activities: ReadonlyMap<string, Activity>;
  readonly alarms: number;
  readonly now: number;
}

function Headlines({ graph, activities, alarms, now }: HeadlineProps) {
  const of = (kind: string) =>
    graph.nodes.filter((node) => node.kind === kind).flatMap(({ id }) => activities.get(id) ?? []);
  const [streams, functions, deliveries] = [of("stream"), of("function"), of("delivery")];
  const records = streams.reduce((total, { total: each }) => total + each, 0);
  const errors = [...activities.values()].reduce((total, { errors: each }) => total + each, 0);
  const lag = Math.max(...[...functions, ...deliveries].flatMap(({ lag: each }) => each ?? []), 0);
  const newest = Math.max(...streams.flatMap(({ points }) => points.at(-1)?.[0] ?? []), 0);
  const calls = functions.reduce((total, { total: each }) => total + each, 0);
  return (
    <div class="cards">
      <Card name="Stream records" value={count(records)} note="last hour" points={streams.map(pointsOf)} />
      <Card name="Function calls" value={count(calls)} note="last hour" points={functions.map(pointsOf)} />
      <Card
        name="Newest record"
        value={newest === 0 ? "–" : duration(Math.max(0, now - newest))}
        note={newest === 0 ? "none in the last hour" : "ago"}
      />
      <Card name="Largest lag" value={duration(lag)} note="of a reader" />
      <Card name="Errors" value={short(errors)} note="last hour" tone={errors > 0 ? "bad" : "good"} />
      <Card name="Alarms" value={count(alarms)} note="firing" tone={alarms > 0 ? "bad" : "good"} />
    </div>
  );
}

const pointsOf = ({ points }: Activity): Points => points;

interface CardProps {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly points?: readonly Points[];
  readonly tone?: "good" | "bad";
}

function Card({ name, value, note, points, tone }: CardProps) {
  return (
    <div class={`card ${tone ?? ""}`}>
      <h2>{name}</h2>
      <p>
        <strong>{value}</strong> <span class="muted">{note}</span>
      </p>
      {points && <Spark values={together(points)} />}
    </div>
  );
}

/** The sums by minute. */
function together(series: readonly Points[]): number[] {
  const sums = new Map<number, number>();
  for (const [at, value] of series.flat()) sums.set(at, (sums.get(at) ?? 0) + value);
  const minutes = [...sums.keys()].sort((a, b) => a - b);
  const [first, end] = [minutes[0], minutes.at(-1)];
  if (first === undefined || end === undefined) return [];
  return Array.from(
    { length: (end - first) / 60_000 + 1 },
    (_, index) => sums.get(first + index * 60_000) ?? 0,
  );
}
