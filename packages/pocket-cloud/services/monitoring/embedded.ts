import { type Dimensions, minuteOf, type Sample } from "./metrics";

interface Directive {
  readonly Namespace?: unknown;
  readonly Dimensions?: unknown;
  readonly Metrics?: unknown;
}

/** The metrics in a log line of CloudWatch's embedded metric format. Other lines have none. */
export function embeddedSamples(message: string, timestamp: number): Sample[] {
  if (!message.includes('"_aws"') || !message.includes('"CloudWatchMetrics"')) return [];
  const document = parse(message.slice(message.indexOf("{")));
  const aws = document?._aws as { Timestamp?: unknown; CloudWatchMetrics?: unknown } | undefined;
  if (!document || !Array.isArray(aws?.CloudWatchMetrics)) return [];
  const minute = minuteOf(typeof aws.Timestamp === "number" ? aws.Timestamp : timestamp);
  return (aws.CloudWatchMetrics as Directive[]).flatMap((directive) =>
    samplesOf(directive, document, minute),
  );
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === "object" && document !== null
      ? (document as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function samplesOf(
  { Namespace, Dimensions: sets, Metrics }: Directive,
  document: Record<string, unknown>,
  minute: number,
): Sample[] {
  if (typeof Namespace !== "string" || !Array.isArray(Metrics)) return [];
  const dimensionSets = Array.isArray(sets) && sets.length > 0 ? (sets as string[][]) : [[]];
  return (Metrics as { Name?: unknown; Unit?: unknown }[]).flatMap(({ Name, Unit }) => {
    const name = String(Name);
    const values = [document[name]]
      .flat()
      .filter((value) => typeof value === "number" && Number.isFinite(value)) as number[];
    if (values.length === 0) return [];
    return dimensionSets.map(
      (names): Sample => ({
        namespace: Namespace,
        name,
        dimensions: pick(document, names),
        minute,
        ...(typeof Unit === "string" && { unit: Unit }),
        values: values.map((value) => [value, 1]),
      }),
    );
  });
}

const pick = (document: Record<string, unknown>, names: readonly string[]): Dimensions =>
  Object.fromEntries(
    names.filter((name) => document[name] !== undefined).map((name) => [name, String(document[name])]),
  );
