import type { Column, FeedDefinition } from "./contract";
import { sqlName, trinoColumns } from "./glue";
import { storeKeyNames } from "./key";

/** The feed's documentation page, generated from its contract. */
export function feedPage(feed: FeedDefinition): string {
  const types = new Map(trinoColumns(feed).map(({ name, type }) => [name, type]));
  const rows = Object.entries(feed.columns).map(
    ([name, column]) =>
      `| \`${name}\` | ${types.get(sqlName(name))} | ${column.nullable ? "yes" : "no"} | ${[column.doc, ...bounds(column)].join("; ")} |`,
  );
  const prefer = feed.prefer.map(
    ({ column, order }) => `\`${column}\` (${order === "desc" ? "highest" : "lowest"} first)`,
  );
  return `# ${feed.title} (\`${feed.name}\`)

<!-- Made from data/feeds/${feed.name}.ts by \`node --require tsx/cjs data/generate.ts\`. -->

${feed.description}

| column | type | may be null | |
|---|---|---|---|
${rows.join("\n")}

- **Natural key:** ${quoted(feed.naturalKey)}. The view \`${feed.name}\` shows one row per key: the first by ${prefer.join(", then ")}, then by the other columns.
- **Event time:** \`${feed.eventTime}\`. It decides the partition \`dt=YYYY-MM-DD/hour=HH\` (UTC) in \`csv/${feed.name}/\`.
- **Order:** events with the same \`${feed.partitionKey}\` keep their order.
- **Cadence:** ${feed.cadenceSeconds === undefined ? "irregular" : `every ${feed.cadenceSeconds} seconds${feed.polled ? " by default, configured by `pollSeconds`" : ""}`}.
- **DynamoDB:** one item per ${quoted(storeKeyNames(feed))}: ${feed.store.mode === "latest" ? "the newest row by event time" : "the last row received"}.${joinedKey(feed)}${(feed.store.indexes ?? []).map(({ name, hashKey, rangeKey }) => ` Index \`${name}\`: ${quoted([hashKey, ...(rangeKey ? [rangeKey] : [])])}.`).join("")}
- **Tables:** \`${feed.name}_csv\` (text as in the files), \`${feed.name}_raw\` (rows as they were sent, in every delivery format), and the typed view \`${feed.name}\`, which also has \`dt\` and \`hour\`.
`;
}

function joinedKey({ store: { rangeKey } }: FeedDefinition): string {
  if (typeof rangeKey !== "object") return "";
  return ` \`${rangeKey.name}\` is ${quoted(rangeKey.of)}, joined with \`#\`.`;
}

const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(" + ");

function bounds(column: Column): string[] {
  const parts: string[] = [];
  if (column.min !== undefined) parts.push(`at least ${column.min}`);
  if (column.max !== undefined) parts.push(`at most ${column.max}`);
  if (column.aliases) parts.push(`also called ${column.aliases.map((name) => `\`${name}\``).join(", ")}`);
  if (column.oneOf) parts.push(`one of ${column.oneOf.map((value) => `\`${value}\``).join(", ")}`);
  return parts;
}
