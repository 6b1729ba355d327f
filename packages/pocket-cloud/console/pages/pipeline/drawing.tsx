import { useMemo, useState } from "preact/hooks";
import { commonPrefix, duration, short } from "../kit/format";
import { type IconName, iconPath } from "../kit/icons";
import { hrefOf } from "../kit/route";
import type { Activity } from "./activity";
import { layOut, NODE, type Placed } from "./layout";
import type { Edge, Graph, Kind } from "./model";

interface DrawingProps {
  readonly graph: Graph;
  readonly activities: ReadonlyMap<string, Activity>;
  /** The nodes with an alarm. */
  readonly alarmed: ReadonlySet<string>;
}

const ICONS: Readonly<Record<Kind, IconName>> = {
  schedule: "schedule",
  function: "function",
  stream: "stream",
  delivery: "delivery",
  bucket: "bucket",
  table: "table",
  topic: "topic",
  queue: "queue",
  crawler: "query",
  database: "catalogue",
};

const TITLES: Readonly<Record<Kind, string>> = {
  schedule: "Schedule",
  function: "Lambda function",
  stream: "Kinesis stream",
  delivery: "Firehose stream",
  bucket: "S3 bucket",
  table: "DynamoDB table",
  topic: "SNS topic",
  queue: "SQS queue",
  crawler: "Glue crawler",
  database: "Glue database",
};

const PATHS: Readonly<Record<Kind, string>> = {
  schedule: "scheduler",
  function: "lambda",
  stream: "kinesis",
  delivery: "firehose",
  bucket: "s3",
  table: "dynamodb",
  topic: "sns",
  queue: "sqs",
  crawler: "glue/crawlers",
  database: "glue",
};

/** The pipeline: what leads where, what passes, and where it fails or falls behind. */
export function Drawing({ graph, activities, alarmed }: DrawingProps) {
  const layout = useMemo(() => layOut(graph), [graph]);
  const [pointed, setPointed] = useState<string>();
  const path = useMemo(
    () => (pointed === undefined ? undefined : pathThrough(graph, pointed)),
    [graph, pointed],
  );
  const prefix = useMemo(() => commonPrefix(graph.nodes.map(({ name }) => name)), [graph]);
  const faded = (ids: readonly string[]) => (path && !ids.every((id) => path.has(id)) ? " faded" : "");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="pipeline" aria-label="Pipeline" tabIndex={0}>
      <svg viewBox={`0 0 ${layout.width} ${layout.height}`} style={{ maxWidth: `${layout.width}px` }}>
        <title>Pipeline</title>
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="6"
            refY="4"
            markerUnits="userSpaceOnUse"
            markerWidth="8"
            markerHeight="8"
            orient="auto"
          >
            <path d="M0,0.8 7,4 0,7.2z" />
          </marker>
        </defs>
        {layout.edges.map((edge) => {
          const flow = flowOf(edge, activities);
          return (
            <g key={`${edge.from} ${edge.to}`} class={`edge ${flow.state}${faded([edge.from, edge.to])}`}>
              <path d={edge.path} stroke-width={flow.width} marker-end="url(#arrow)" />
              {!flow.state.startsWith("idle") && (
                <path class="pulse" d={edge.path} stroke-width={flow.width} />
              )}
              {flow.text !== "" && !edge.beside && (
                <text x={edge.x - 8} y={edge.y - 6}>
                  {flow.text}
                </text>
              )}
            </g>
          );
        })}
        {layout.nodes.map((node) => (
          <NodeCard
            key={node.id}
            node={node}
            name={shortened(node.name, prefix)}
            activity={activities.get(node.id)}
            alarmed={alarmed.has(node.id)}
            faded={faded([node.id])}
            point={setPointed}
          />
        ))}
      </svg>
    </section>
  );
}

interface CardProps {
  readonly node: Placed;
  readonly name: string;
  readonly activity: Activity | undefined;
  readonly alarmed: boolean;
  readonly faded: string;
  readonly point: (id: string | undefined) => void;
}

function NodeCard({ node, name, activity, alarmed, faded, point }: CardProps) {
  const { kind, id, x, y } = node;
  const trouble = alarmed || (activity?.errors ?? 0) > 0;
  const detail = detailOf(activity, alarmed);
  const lines = [`${TITLES[kind]} ${node.name}`, detail].filter(Boolean);
  return (
    <g transform={`translate(${x},${y})`}>
      <a
        class={`node ${kind}${trouble ? " trouble" : ""}${faded}`}
        href={hrefOf([...PATHS[kind].split("/"), node.name])}
        onMouseEnter={() => point(id)}
        onMouseLeave={() => point(undefined)}
        onFocus={() => point(id)}
        onBlur={() => point(undefined)}
      >
        <g>
          <title>{lines.join("\n")}</title>
          <rect width={NODE.width} height={NODE.height} rx="8" />
          <rect class="chip" x="7" y="9" width="26" height="26" rx="6" />
        </g>
        <g class="icon" transform="translate(12,14)">
          <path d={iconPath(ICONS[kind])} />
        </g>
        <text class="name" x="40" y={detail ? 19 : 27}>
          {clipMiddle(name, 16)}
        </text>
        {detail && (
          <text class={trouble ? "detail bad" : "detail"} x="40" y="34">
            {clip(detail, 22)}
          </text>
        )}
      </a>
    </g>
  );
}

function detailOf(activity: Activity | undefined, alarmed: boolean): string {
  if (alarmed && !activity) return "in alarm";
  if (!activity) return "";
  const { rate, total, unit, errors } = activity;
  const amount = rate !== undefined && rate >= 1 ? `${short(rate)}/min` : counted(total, unit);
  if (errors > 0) return `${amount} · ${counted(errors, "error")}`;
  if (alarmed) return `${amount} · in alarm`;
  return amount;
}

const counted = (count: number, unit: string): string => `${short(count)} ${unit}${count === 1 ? "" : "s"}`;

/** The end of a name often tells more than its middle. */
const clipMiddle = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 9)}…${text.slice(-8)}` : text;

/** Without what most names begin with. A bucket's name often ends with account and region, which say nothing here. */
const shortened = (name: string, prefix: string): string => {
  const rest = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  return rest.replace(/-\d{12}(?:-[a-z]{2}-[a-z]+-\d)?$/, "") || name;
};

const clip = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

/** An arrow is as busy as the less busy of its ends that are measured. */
function flowOf({ from, to, failure }: Edge, activities: ReadonlyMap<string, Activity>) {
  if (failure) return { text: "", state: "idle failure", width: 1.2 };
  const ends = [activities.get(from), activities.get(to)].filter((end) => end !== undefined);
  const rate = Math.min(...ends.map((end) => end.rate ?? 0));
  const target = activities.get(to);
  const state = (target?.errors ?? 0) > 0 ? "failing" : ends.length > 0 && rate > 0 ? "flowing" : "idle";
  const lag = target?.lag;
  const failed = target?.errors ?? 0;
  const busy = (target?.rate ?? 0) > 0;
  const text =
    failed > 0 ? `${short(failed)} failed` : lag !== undefined && busy ? `lag ${duration(lag)}` : "";
  return {
    text,
    state,
    width: 1.2 + Math.min(2.4, Math.log10(1 + Math.max(0, Number.isFinite(rate) ? rate : 0)) * 0.8),
  };
}

/** The nodes before and after one. */
function pathThrough({ edges }: Graph, start: string): ReadonlySet<string> {
  const found = new Set([start]);
  const walk = (id: string, next: (at: string) => string[]) => {
    for (const other of next(id))
      if (!found.has(other) || other === start) {
        found.add(other);
        walk(other, next);
      }
  };
  walk(start, (at) => edges.filter(({ from }) => from === at).map(({ to }) => to));
  walk(start, (at) => edges.filter(({ to }) => to === at).map(({ from }) => from));
  return found;
}
