import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../tools/kit/errors";
import { type Bench, type Figure, meets, ratioOf } from "./bench";

const options = {
  quick: { type: "boolean", default: false },
  posts: { type: "string" },
  days: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

/**
 * `npm run bench -- [--quick] [--posts N] [--days N] [name …]` runs the benches in this folder. Exit code 1 when a target is missed
 * without a stated reason. `--quick` only checks that they run.
 */
async function main(given: readonly string[]): Promise<number> {
  const parsed = parse(given);
  if (typeof parsed === "string") {
    process.stderr.write(`${parsed}; see --help\n`);
    return 2;
  }
  const { values, positionals: wanted } = parsed;
  const { quick } = values;
  const files = readdirSync(__dirname).filter((file) => file.endsWith(".bench.ts"));
  const names = files.map((file) => file.replace(".bench.ts", ""));
  if (values.help) {
    process.stdout.write(
      `npm run bench -- [--quick] [--posts N] [--days N] [name …]\n\nRuns benches: ${names.join(", ")}.\n` +
        "Exit code 1 when a target is missed without a stated reason; --quick only checks that they run; --posts sets " +
        "how many posts the Kafka benches send, --days how many days the history bench has.\n",
    );
    return 0;
  }
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`no bench ${unknown.join(", ")}; there are ${names.join(", ")}\n`);
    return 2;
  }
  const chosen = names.filter((each) => wanted.length === 0 || wanted.includes(each));
  const counts = (["posts", "days"] as const).flatMap((name) => {
    const text = values[name];
    return text === undefined ? [] : [{ name, text }];
  });
  for (const { name, text } of counts)
    if (!/^[1-9]\d{0,8}$/.test(text)) {
      process.stderr.write(`--${name} takes a whole number, not "${text}"\n`);
      return 2;
    }
  const pace = { quick, ...Object.fromEntries(counts.map(({ name, text }) => [name, Number(text)])) };
  if (chosen.length > 1 && !quick) {
    const given = counts.flatMap(({ name, text }) => [`--${name}`, text]);
    return Math.max(...chosen.map((name) => inItsOwnProcess(name, given)));
  }
  let missed = 0;
  for (const name of chosen) {
    const { bench } = require(join(__dirname, `${name}.bench.ts`)) as { bench: Bench };
    process.stdout.write(`\n${bench.name}\n`);
    for (const figure of await bench.run(pace)) {
      process.stdout.write(`${line(figure)}\n`);
      if (meets(figure) === false && figure.note === undefined) missed++;
    }
  }
  return missed > 0 && !quick ? 1 : 0;
}

/** The options; a text when one is unknown. */
function parse(given: readonly string[]) {
  try {
    return parseArgs({ args: [...given], options, allowPositionals: true });
  } catch (error) {
    return messageOf(error).split(". ")[0] ?? "";
  }
}

/** A separate process per bench, so that heap and compiled code of one do not affect the next. */
function inItsOwnProcess(name: string, options: readonly string[]): number {
  const { status } = spawnSync(process.execPath, [...process.execArgv, __filename, ...options, name], {
    stdio: "inherit",
  });
  return status ?? 1;
}

function line(figure: Figure): string {
  const { metric, value, unit, against, target, note } = figure;
  const parts = [`  ${metric.padEnd(52)} ${`${short(value)} ${unit}`.padStart(18)}`];
  if (against) parts.push(`${ratioOf(figure).toFixed(2)} × ${against.what} (${short(against.value)})`);
  if (target) {
    const bound = "atLeast" in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
    parts.push(`${meets(figure) ? "meets" : "MISSES"} ${bound}`);
  }
  if (note && meets(figure) === false) parts.push(note);
  return parts.join("   ");
}

const short = (value: number): string =>
  value >= 1e6
    ? `${(value / 1e6).toFixed(2)} M`
    : value >= 1e4
      ? `${(value / 1e3).toFixed(1)} k`
      : String(Math.round(value * 100) / 100);

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
