/** What a pipeline is made of, from its sources to its catalogue. */
export type Kind =
  | "schedule"
  | "function"
  | "stream"
  | "delivery"
  | "bucket"
  | "table"
  | "topic"
  | "queue"
  | "crawler"
  | "database";

export interface Node {
  /** Its ARN, or a name of the same form. */
  readonly id: string;
  readonly kind: Kind;
  readonly name: string;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Dashed: failures go here, not data. */
  readonly failure?: boolean;
}

export interface Graph {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

/** What was read of the cloud, reduced to what the drawing needs. */
export interface Resources {
  readonly streams: readonly { readonly arn: string; readonly name: string }[];
  readonly functions: readonly {
    readonly arn: string;
    readonly name: string;
    /** Resources that the function's role may write to. */
    readonly writes: readonly string[];
  }[];
  readonly schedules: readonly { readonly arn: string; readonly name: string; readonly target: string }[];
  readonly mappings: readonly {
    readonly source: string;
    readonly functionArn: string;
    /** Where batches go that the function could not process. */
    readonly onFailure?: string;
  }[];
  readonly deliveries: readonly {
    readonly arn: string;
    readonly name: string;
    readonly source?: string;
    readonly processors: readonly string[];
    readonly bucketArn?: string;
  }[];
  readonly tables: readonly { readonly arn: string; readonly name: string }[];
  readonly buckets: readonly string[];
  readonly topics: readonly {
    readonly arn: string;
    readonly subscribers: readonly string[];
  }[];
  readonly queues: readonly string[];
  readonly crawlers: readonly {
    readonly name: string;
    readonly database: string;
    readonly buckets: readonly string[];
  }[];
  readonly databases: readonly { readonly name: string; readonly buckets: readonly string[] }[];
}

const bucketArn = (name: string): string => `arn:aws:s3:::${name}`;
const lastPart = (arn: string): string => arn.split(/[:/]/).at(-1) ?? arn;
/** A version or alias of a function is drawn as the function. */
const functionArn = (arn: string): string => arn.split(":").slice(0, 7).join(":");

/** The nodes and arrows of what exists. Resources that nothing leads to or from are left out. */
export function graphOf(resources: Resources): Graph {
  const nodes = new Map<string, Node>();
  const add = (id: string, kind: Kind, name: string) => nodes.set(id, { id, kind, name });
  for (const { arn, name } of resources.streams) add(arn, "stream", name);
  for (const { arn, name } of resources.functions) add(arn, "function", name);
  for (const { arn, name } of resources.schedules) add(arn, "schedule", name);
  for (const { arn, name } of resources.deliveries) add(arn, "delivery", name);
  for (const { arn, name } of resources.tables) add(arn, "table", name);
  for (const name of resources.buckets) add(bucketArn(name), "bucket", name);
  for (const { arn } of resources.topics) add(arn, "topic", lastPart(arn));
  for (const arn of resources.queues) add(arn, "queue", lastPart(arn));
  for (const { name } of resources.crawlers) add(`crawler/${name}`, "crawler", name);
  for (const { name } of resources.databases) add(`database/${name}`, "database", name);

  const edges = new Map<string, Edge>();
  const failures = new Set(
    resources.mappings.map(({ functionArn: from, onFailure }) => `${functionArn(from)} ${onFailure}`),
  );
  const join = (from: string, to: string) => {
    const key = `${from} ${to}`;
    if (from !== to && nodes.has(from) && nodes.has(to))
      edges.set(key, { from, to, ...(failures.has(key) && { failure: true }) });
  };
  for (const { arn, target } of resources.schedules)
    join(arn, nodes.has(target) ? target : functionArn(target));
  for (const { source, functionArn: to } of resources.mappings) join(source, functionArn(to));
  for (const { arn, writes } of resources.functions) for (const target of writes) join(arn, target);
  for (const { arn, source, processors, bucketArn: to } of resources.deliveries) {
    if (source !== undefined) join(source, arn);
    for (const processor of processors) join(functionArn(processor), arn);
    if (to !== undefined) join(arn, to);
  }
  for (const { arn, subscribers } of resources.topics) for (const to of subscribers) join(arn, to);
  for (const { name, database, buckets } of resources.crawlers) {
    for (const bucket of buckets) join(bucketArn(bucket), `crawler/${name}`);
    join(`crawler/${name}`, `database/${database}`);
  }
  for (const { name, buckets } of resources.databases)
    for (const bucket of buckets) join(bucketArn(bucket), `database/${name}`);

  const joined = new Set([...edges.values()].flatMap(({ from, to }) => [from, to]));
  return {
    nodes: [...nodes.values()].filter(({ id, kind }) => joined.has(id) || kind === "stream"),
    edges: [...edges.values()],
  };
}
