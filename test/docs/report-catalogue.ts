import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type FeedDefinition, type Row, validateRow } from "../../data/feeds";
import { crypto } from "../../data/feeds/crypto";
import { posts } from "../../data/feeds/posts";
import { retail } from "../../data/feeds/retail";
import { readRetailFile } from "../../data/feeds/retail-file";
import { stocks } from "../../data/feeds/stocks";
import { makeCoins, marketRow } from "../../data/market";
import { rowOf } from "../../functions/poll-prices/core";
import { feedNamed } from "../../sql/library/feeds";
import { loadReport, reportIds } from "../../sql/library/library";
import type { Parameter, Report } from "../../sql/library/model";
import { startLake, type TestLake } from "../sql/support/lake";

const root = join(__dirname, "../..");
const DAY = 86_400_000;
/** The samples of posts end here; those of stocks end later. */
const present = Date.parse("2026-03-01T00:00:00Z");
const presentOf: Readonly<Record<string, number>> = { stocks: Date.parse("2026-04-05T00:00:00Z") };
const GAP = { from: present - 11 * 3_600_000, to: present - 10 * 3_600_000 };
const STILL = present - 3 * 3_600_000;
const EXAMPLE_ROWS = 5;

/** Arguments of the examples whose defaults would show nothing. */
const examples: Readonly<Record<string, readonly string[]>> = {
  "order-history": ["--customer", "{customer}"],
  "sector-performance": ["--since", "2026-03-30"],
  "ticker-ohlc": ["--since", "2026-03-30"],
  "price-anomalies": ["--z", "2.5"],
};

/** docs/reports.md: every saved report with its parameters, columns and an example over generated data. */
export async function reportCatalogue(): Promise<string> {
  const lake = await startLake();
  try {
    await fill(lake);
    const reports = reportIds().map((id) => loadReport(id));
    const sections: string[] = [];
    for (const report of reports) sections.push(await sectionOf(lake, report));
    return `${INTRODUCTION}\n${contents(reports)}\n${sections.join("\n")}`;
  } finally {
    await lake.stop();
  }
}

const INTRODUCTION = `# Reports

<!-- Made from the headers in sql/ by \`node --require tsx/cjs test/docs/generate.ts\`. -->

Run one with \`npm run report -- <name>\`; on AWS add \`--env prod\`. \`--format\` chooses csv, json, md, html and others, \`--chart\` draws.
\`npm run report -- <name> --help\` prints what is here. \`npm run report -- new crypto/mine\` writes a report of your own, which then appears
here. The examples are computed from the generated samples and the sample market, and show at most ${EXAMPLE_ROWS} rows.

On AWS each report is also a saved query of the Athena workgroup, with its defaults, and a prepared statement, \`EXECUTE coin_history
USING …\`, whose description lists the values in order. Athena takes such values in WHERE clauses only, so a parameter that is also used
elsewhere has its default. \`price-gaps\` has no prepared statement, because all its parameters are also used outside WHERE.
`;

const titleOf = (feed: string): string => feedNamed(feed)?.title ?? "All feeds";

function contents(reports: readonly Report[]): string {
  const lines = reports.map(
    ({ name, title, feed }) => `| [\`${name}\`](#${name}) | ${titleOf(feed)} | ${title} |`,
  );
  return `| report | feed | shows |\n|---|---|---|\n${lines.join("\n")}\n`;
}

async function sectionOf(lake: TestLake, report: Report): Promise<string> {
  const args = (examples[report.name] ?? []).map((text) => text.replace("{customer}", "12377"));
  const shown = await lake.show([report.name, ...args], presentOf[report.feed] ?? present);
  const notes = report.notes.map((note) => `- ${note}\n`).join("");
  return [
    `## ${report.name}\n`,
    `${report.title}. ${report.description}\n`,
    `Source: [\`sql/${report.id}.sql\`](../sql/${report.id}.sql).\n`,
    ...(notes ? [notes] : []),
    ...(report.params.length > 0
      ? [`| parameter | default | |\n|---|---|---|\n${report.params.map(parameterLine).join("\n")}\n`]
      : []),
    `    npm run report -- ${[report.name, ...args].join(" ")}\n`,
    tableOf(shown),
  ].join("\n");
}

const parameterLine = ({ name, type, default: initial, doc, oneOf }: Parameter): string =>
  `| \`--${name}\` (${oneOf ? oneOf.join(", ") : type}) | ${initial === "" ? "" : `\`${initial}\``} | ${doc} |`;

/** The table of the command's Markdown, with its first rows. */
function tableOf(markdown: string): string {
  const table = markdown.split("\n").filter((line) => line.startsWith("| "));
  const [heading = "", rule = "", ...rows] = table;
  if (rows.length === 0) return "(no rows in the samples)\n";
  const more =
    rows.length > EXAMPLE_ROWS
      ? `\n${rows.length - EXAMPLE_ROWS} more row${rows.length === EXAMPLE_ROWS + 1 ? "" : "s"}.\n`
      : "";
  return `${[heading, rule, ...rows.slice(0, EXAMPLE_ROWS)].join("\n")}\n${more}`;
}

async function fill(lake: TestLake): Promise<void> {
  await lake.store(crypto, prices());
  await lake.store(stocks, linesOf("stocks.ndjson", stocks));
  await lake.store(posts, linesOf("posts.ndjson", posts));
  await lake.store(retail, await invoices());
  await lake.put("quarantine/crypto/dt=2026-02-28/refused.json", `${JSON.stringify(REFUSED)}\n`);
}

/** Two days of polls every five minutes with an hour's gap, and before them a year of one poll a day. One coin stands still. */
function prices(): Row[] {
  const coins = makeCoins(12, 2026);
  const slots = [
    ...Array.from({ length: 365 }, (_, day) => present - (367 - day) * DAY),
    ...Array.from({ length: 576 }, (_, slot) => present - (576 - slot) * 300_000).filter(
      (slot) => slot < GAP.from || slot >= GAP.to,
    ),
  ];
  return slots.flatMap((slot) =>
    coins.map((coin, at) => {
      const seen = coin.id === "dogecoin" ? Math.min(slot, STILL) : slot;
      return valid(crypto, rowOf(marketRow(coin, seen, at + 1), new Date(slot).toJSON(), "poll"));
    }),
  );
}

/** A line that write-csv refused. */
const REFUSED = {
  source: "shardId-000000000000:49600000000000000000000000000000000000000000000000000001",
  column: "price_usd",
  reason: "is null, and must be a number",
  raw: '{"coin_id":"bitcoin","price_usd":null}',
  rows: 1,
};

const linesOf = (file: string, feed: FeedDefinition): Row[] =>
  readFileSync(join(root, "data/samples", file), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => valid(feed, JSON.parse(line)));

async function invoices(): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const { result } of readRetailFile(readFileSync(join(root, "data/samples/retail.csv"))).lines())
    if (result.ok) rows.push(result.row);
  return rows;
}

function valid(feed: FeedDefinition, value: unknown): Row {
  const result = validateRow(feed, value);
  if (!result.ok) throw new Error(`${feed.name}: ${result.reason}`);
  return result.row;
}
