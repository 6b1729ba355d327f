import { type RawFormat, rawFolder, rawFormats, rawTable } from "../../data/names";
import type { Change } from "../../packages/pulumi-local";

const DELIVERY_STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
const PREFIX = "extendedS3Configuration.prefix";

/** What a change of deliveryFormat means for the objects in raw/, a sentence each; none without such a change. */
export function deliveryNotes(changes: readonly Change[]): string[] {
  const groups = new Map<string, { from: RawFormat; to: RawFormat; replaced: boolean; names: string[] }>();
  for (const { type, kind, name, properties } of changes) {
    if (type !== DELIVERY_STREAM) continue;
    const prefix = properties.find(({ path }) => path === PREFIX);
    const [from, to] = [formatOf(prefix?.before), formatOf(prefix?.after)];
    if (!from || !to || from === to) continue;
    const replaced = kind === "replaced";
    const key = `${from} ${to} ${replaced}`;
    const group = groups.get(key) ?? { from, to, replaced, names: [] };
    group.names.push(name);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ from, to, replaced, names }) => [
    `deliveryFormat ${from} → ${to}: new objects go to raw/${rawFolder("<feed>", to)}/, table ${rawTable("<feed>", to)}`,
    `objects in raw/${rawFolder("<feed>", from)}/ stay, table ${rawTable("<feed>", from)}; the view <feed>_raw reads both`,
    ...(replaced
      ? [
          `${names.sort().join(", ")}: replaced, because Firehose cannot switch dynamic partitioning. What the old stream ` +
            "has buffered, and what arrives before the new one is active, may be missing in raw/; csv/, DynamoDB and " +
            "reports are complete. Pause producers that put directly into Firehose",
        ]
      : []),
  ]);
}

function formatOf(prefix: unknown): RawFormat | undefined {
  if (typeof prefix !== "string") return undefined;
  const folder = /^raw\/([^/]+)\//.exec(prefix)?.[1];
  const [feed = ""] = folder?.split("-") ?? [];
  return rawFormats.find((format) => rawFolder(feed, format) === folder);
}
