import { type Block, blocksOf } from "./blocks";
import type { Edge, Graph, Kind, Node } from "./model";

export interface Placed extends Node {
  readonly x: number;
  readonly y: number;
}

export interface Route extends Edge {
  /** The path of an SVG curve. */
  readonly path: string;
  /** The end of the arrow, for its text. */
  readonly x: number;
  readonly y: number;
  /** Whether the arrow stays in its column. */
  readonly beside: boolean;
}

export interface Layout {
  readonly nodes: readonly Placed[];
  readonly edges: readonly Route[];
  readonly width: number;
  readonly height: number;
}

export const NODE = { width: 160, height: 44 } as const;
const GAP = { x: 92, y: 14, inBlock: 8 } as const;
const MARGIN = 16;
const SWEEPS = 10;

/** Kinds that stand in one column, however short the way to them is. */
const SINKS: ReadonlySet<Kind> = new Set(["bucket", "table", "topic", "queue"]);

/** Places the nodes in columns, so that every arrow leads to the right, and orders the columns to avoid crossings. */
export function layOut(graph: Graph): Layout {
  const edges = withoutCircles(graph);
  const { blocks, blockOf } = blocksOf(graph.nodes, edges);
  const pairsOf = (some: readonly Edge[]) =>
    some.map(({ from, to }) => [blockOf(from), blockOf(to)] as const).filter(([from, to]) => from !== to);
  const columns = columnsOf(blocks, pairsOf(edges));
  // What is written on failure only does not decide where a block stands in its column.
  const between = pairsOf(edges.filter(({ failure }) => !failure));
  const tops = new Map<Block, number>();
  for (const column of columns) stack(column, tops);
  for (let sweep = 0; sweep < SWEEPS; sweep++)
    for (const column of sweep % 2 === 0 ? columns : [...columns].reverse()) arrange(column, between, tops);
  const highest = Math.min(...tops.values());
  const nodes = columns.flatMap((column, x) =>
    column.flatMap((block) =>
      block.map((node, index) => ({
        ...node,
        x: MARGIN + x * (NODE.width + GAP.x),
        y: MARGIN + (tops.get(block) ?? 0) - highest + index * (NODE.height + GAP.inBlock),
      })),
    ),
  );
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return {
    nodes,
    edges: edges.flatMap((edge) => routeOf(edge, byId)),
    width: 2 * MARGIN + columns.length * NODE.width + Math.max(0, columns.length - 1) * GAP.x,
    height: MARGIN + Math.max(0, ...nodes.map(({ y }) => y + NODE.height)),
  };
}

/** Leaves out arrows that would lead back, such as that of a function which writes to its own source. */
function withoutCircles({ nodes, edges }: Graph): Edge[] {
  const outgoing = grouped(edges, ({ from }) => from);
  const state = new Map<string, "open" | "done">();
  const kept: Edge[] = [];
  const visit = (id: string): void => {
    state.set(id, "open");
    for (const edge of outgoing.get(id) ?? []) {
      if (state.get(edge.to) === "open") continue;
      kept.push(edge);
      if (!state.has(edge.to)) visit(edge.to);
    }
    state.set(id, "done");
  };
  for (const { id } of nodes) if (!state.has(id)) visit(id);
  return kept;
}

type Pair = readonly [from: Block, to: Block];

/** A block stands right of all that lead to it. Streams stand together, and so do sinks. */
function columnsOf(blocks: readonly Block[], pairs: readonly Pair[]): Block[][] {
  const before = grouped(pairs, ([, to]) => to);
  const after = grouped(pairs, ([from]) => from);
  const depthsFrom = (least: (block: Block) => number): ((block: Block) => number) => {
    const depths = new Map<Block, number>();
    const depthOf = (block: Block): number => {
      const known = depths.get(block);
      if (known !== undefined) return known;
      const depth = Math.max(least(block), ...(before.get(block) ?? []).map(([from]) => depthOf(from) + 1));
      depths.set(block, depth);
      return depth;
    };
    return depthOf;
  };
  const plain = depthsFrom(() => 0);
  const fed = blocks.filter((block) => kindOf(block) === "stream" && before.has(block)).map(plain);
  const streams = fed.length > 0 ? Math.min(...fed) : 0;
  const hasStreams = blocks.some((block) => kindOf(block) === "stream");
  const depthOf = depthsFrom((block) =>
    kindOf(block) === "stream" ? streams : kindOf(block) === "delivery" && hasStreams ? streams + 1 : 0,
  );
  const sinks = Math.max(0, ...blocks.filter(isSink).map(depthOf));
  const aligned = depthsFrom((block) =>
    isSink(block) ? sinks : (before.get(block) ?? []).length === 0 ? 0 : depthOf(block),
  );
  const columns: Block[][] = [];
  for (const block of blocks) {
    const next = (after.get(block) ?? []).map(([, to]) => aligned(to));
    const isSource = !before.has(block) && next.length > 0;
    const depth = Math.max(depthOf(block), aligned(block));
    const column = isSource ? Math.max(depthOf(block), Math.min(...next) - 1) : depth;
    columns[column] ??= [];
    columns[column]?.push(block);
  }
  return columns.filter((column) => column !== undefined && column.length > 0);
}

/** The kind of the block's last node, which the others belong to. */
const kindOf = (block: Block): Kind | undefined => block.at(-1)?.kind;
const isSink = (block: Block): boolean => SINKS.has(kindOf(block) ?? "stream");

const heightOf = (block: Block): number => block.length * NODE.height + (block.length - 1) * GAP.inBlock;

function stack(column: readonly Block[], tops: Map<Block, number>): void {
  let top = 0;
  for (const block of column) {
    tops.set(block, top);
    top += heightOf(block) + GAP.y;
  }
}

/** Moves each block of a column to the height of its neighbours, and apart where they overlap. */
function arrange(column: Block[], pairs: readonly Pair[], tops: Map<Block, number>): void {
  const center = (block: Block): number => (tops.get(block) ?? 0) + heightOf(block) / 2;
  const wished = new Map(
    column.map((block) => {
      const near = pairs.flatMap(([from, to]) => (from === block ? [to] : to === block ? [from] : []));
      const mean = near.reduce((sum, each) => sum + center(each), 0) / near.length;
      return [block, (near.length > 0 ? mean : center(block)) - heightOf(block) / 2];
    }),
  );
  const wish = (block: Block): number => wished.get(block) ?? 0;
  const families = grouped(column, (block) => sourceOf(block, pairs));
  const familyWish = (block: Block): number => {
    const family = families.get(sourceOf(block, pairs)) ?? [block];
    return family.reduce((sum, each) => sum + wish(each), 0) / family.length;
  };
  const order = new Map(column.map((block) => [block, familyWish(block)]));
  column.sort(
    (a, b) =>
      (order.get(a) ?? 0) - (order.get(b) ?? 0) ||
      wish(a) - wish(b) ||
      (tops.get(a) ?? 0) - (tops.get(b) ?? 0),
  );
  let next = Number.NEGATIVE_INFINITY;
  let moved = 0;
  for (const block of column) {
    const top = Math.max(wish(block), next);
    tops.set(block, top);
    moved += top - wish(block);
    next = top + heightOf(block) + GAP.y;
  }
  // Pushing apart moved the blocks down: move the column back up by the mean.
  for (const block of column) tops.set(block, (tops.get(block) ?? 0) - moved / column.length);
}

/** The readers of a stream are a family, which stands together. Other blocks stand alone. */
const sourceOf = (block: Block, pairs: readonly Pair[]): Block =>
  pairs.find(([from, to]) => to === block && kindOf(from) === "stream")?.[0] ?? block;

function routeOf(edge: Edge, nodes: ReadonlyMap<string, Placed>): Route[] {
  const [from, to] = [nodes.get(edge.from), nodes.get(edge.to)];
  if (!from || !to) return [];
  const [y1, y2] = [from.y + NODE.height / 2, to.y + NODE.height / 2];
  if (from.x === to.x) {
    const path = `M${from.x},${y1} C${from.x - 18},${y1} ${to.x - 18},${y2} ${to.x - 4},${y2}`;
    return [{ ...edge, path, x: to.x, y: y2, beside: true }];
  }
  const [x1, x2] = [from.x + NODE.width, to.x - 5];
  const bend = Math.max(30, Math.min(70, (x2 - x1) / 2));
  const path = `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`;
  return [{ ...edge, path, x: x2, y: y2, beside: false }];
}

/** Map.groupBy, which Node 20 does not have. */
export function grouped<T, Key>(items: readonly T[], keyOf: (item: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
