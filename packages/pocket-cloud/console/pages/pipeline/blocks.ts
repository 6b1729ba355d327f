import type { Edge, Kind, Node } from "./model";

/** Nodes that stand on top of each other. The last one is what the others belong to. */
export type Block = readonly Node[];

/** A schedule stands above what it starts, and a crawler above the database that it fills. */
const COMPANIONS: ReadonlySet<Kind> = new Set(["schedule", "crawler"]);

export function blocksOf(nodes: readonly Node[], edges: readonly Edge[]) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const owners = new Map<string, string>();
  for (const { from, to } of edges)
    if (COMPANIONS.has(byId.get(from)?.kind ?? "stream") && !owners.has(from)) owners.set(from, to);
  const root = (id: string): string => {
    const owner = owners.get(id);
    return owner === undefined ? id : root(owner);
  };
  const stacked = (node: Node): Node[] => [
    ...nodes.filter(({ id }) => owners.get(id) === node.id).flatMap(stacked),
    node,
  ];
  const blocks = nodes.filter(({ id }) => !owners.has(id)).map((node): Block => stacked(node));
  const byRoot = new Map(blocks.map((block) => [block.at(-1)?.id, block]));
  const none: Block = [];
  return { blocks, blockOf: (id: string): Block => byRoot.get(root(id)) ?? none };
}
