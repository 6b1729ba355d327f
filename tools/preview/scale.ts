import { join } from "node:path";
import { type Figure, type Quota, type Scale, scale as scaleOf } from "../../infra/cost/scale";
import { DEFAULT_ACCOUNT as account } from "../../packages/pocket-cloud";
import { previewProgram } from "../../packages/pulumi-local";
import { defineCommand } from "../kit/command";
import { counted } from "../kit/counted";
import { UsageError } from "../kit/errors";
import { flag, required, text, wholeNumber } from "../kit/options";
import { refuseUnknownStack } from "../kit/stacks";
import { regionOf } from "./report";
import { amount, costLine, money } from "./text";

const root = join(__dirname, "../..");

export const scale = defineCommand({
  summary: "what a number of coins and events means: objects, bytes, shards, cost, quotas",
  usage: "npm run scale -- --events-per-minute N --coins M --years Y [--env <stack>]",
  description:
    "Shows what the polled feed would need at a size: objects, bytes and partitions, shards, what reports scan and cost, the " +
    "monthly cost of the stack, and the quotas of AWS and of the price source, the fullest first. Uses the formulas of " +
    "the preview's cost lines. Runs without credentials.",
  options: {
    "events-per-minute": required(
      wholeNumber("rows of the feed a minute, all coins together", 1, 10_000_000),
    ),
    coins: required(wholeNumber("coins that are polled", 1, 20_000)),
    years: required(wholeNumber("years that the lake is kept", 1, 100)),
    env: text("STACK", "the stack whose other settings are used", "prod"),
    json: flag("prints everything as JSON"),
  },
  run: async ({ "events-per-minute": eventsPerMinute, coins, years, env: stack, json }) => {
    if (eventsPerMinute > 60 * coins)
      throw new UsageError(
        `--events-per-minute ${eventsPerMinute} with --coins ${coins} is more than a poll a second; at most ${60 * coins}`,
      );
    refuseUnknownStack(stack, root);
    const { resources } = await previewProgram({ dir: root, stack, log: () => {}, account });
    const result = scaleOf(resources, { eventsPerMinute, coins, years }, regionOf(resources));
    process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : describeScale(stack, result));
    return 0;
  },
});

/** For people. */
function describeScale(stack: string, { size, figures, reports, cost, quotas }: Scale): string {
  const costly = cost.lines.filter(({ usd = 0 }) => usd >= 0.01).sort((a, b) => (b.usd ?? 0) - (a.usd ?? 0));
  const [first] = quotas;
  const lines = [
    `${stack}: ${counted(size.coins, "coin")}, ${counted(size.eventsPerMinute, "event")} a minute (a poll every ${amount((60 * size.coins) / size.eventsPerMinute)} s), ${counted(size.years, "year")}`,
    "",
    ...figures.map(figureText),
    "",
    "reports over their default window, all columns, at most:",
    ...reports.map(
      ({ id, days, megabytes, usd }) =>
        `  ${id.padEnd(30)} ${amount(days)} days, ${amount(megabytes)} MB, ${money(usd)} a run, ${money(30 * usd)} a month of daily runs`,
    ),
    "",
    `monthly cost, ${cost.region} prices of ${cost.asOf}:`,
    ...costly.map((line) => `  ${line.item.padEnd(30)} ${costLine(line)}`),
    `  ${"all".padEnd(30)} ${money(cost.usd)}`,
    "",
    "quotas:",
    ...quotas.map(quotaText),
    ...(first
      ? [
          first.used > first.limit
            ? `${first.name} is exceeded`
            : `${first.name} breaks first, at ${amount(first.limit / first.used)} times this size`,
        ]
      : []),
  ];
  return `${lines.join("\n")}\n`;
}

const figureText = ({ name, value, unit }: Figure): string => `  ${name.padEnd(30)} ${amount(value)} ${unit}`;

const quotaText = ({ name, used, limit, unit }: Quota): string =>
  `${used > limit ? "!" : " "} ${name.padEnd(50)} ${amount(used)} of ${limit} ${unit}, ${amount((100 * used) / limit)} %`;
