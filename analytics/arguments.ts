import { type ParseArgsConfig, parseArgs } from "node:util";
import type { Report, Window } from "../sql/library/model";
import { optionName, readValue, type Value } from "../sql/library/values";
import { UsageError } from "../tools/kit/errors";

type Options = NonNullable<ParseArgsConfig["options"]>;
export type Given = Readonly<Record<string, string | boolean | undefined>>;

export function parse<T extends Options>(
  args: readonly string[],
  options: T,
): { given: Given; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options,
      allowPositionals: true,
      strict: true,
    });
    return { given: values as Given, positionals };
  } catch (error) {
    throw new UsageError(complaint(error instanceof Error ? error.message : String(error), args, options));
  }
}

/** What Node's parser says, in a line: the rest of it explains "--", which helps nobody here. */
function complaint(message: string, args: readonly string[], options: Options): string {
  const ambiguous = /starting with a dash use '(--[^=']+)=/.exec(message)?.[1];
  if (ambiguous !== undefined) {
    const value = args[args.indexOf(ambiguous) + 1] ?? "";
    return `${ambiguous} takes a value; one that starts with a dash is written ${ambiguous}=${value}`;
  }
  const known = Object.keys(options).map((name) => `--${name}`);
  const rest = known.length > 0 ? `known: ${known.join(", ")}` : "there are none here";
  return `${message.split(/\.\s/)[0]}; ${rest}`;
}

/** What the ends of any report's window may be called too. */
const windowEnds = ["from", "to"] as const satisfies readonly (keyof Window)[];

/** The reports' own parameters as options. */
export function parameterOptions(reports: readonly Report[], taken: Options): Options {
  const options: Options = {};
  for (const report of reports)
    for (const param of report.params) {
      const name = optionName(param.name);
      if (Object.hasOwn(taken, name))
        throw new UsageError(`${report.file}: the parameter "${name}" is an option of the command`);
      options[name] = { type: "string" };
    }
  if (reports.some(({ window }) => window)) for (const end of windowEnds) options[end] = { type: "string" };
  return options;
}

export function valuesOf(report: Report, given: Given, now: number): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  for (const param of report.params)
    values.set(param.name, readValue(param, givenText(report, param.name, given) ?? param.default, now));
  checkWindow(report, values);
  return values;
}

function givenText({ window }: Report, param: string, given: Given): string | undefined {
  const own = textOption(given, optionName(param));
  const end = windowEnds.find((candidate) => window?.[candidate] === param);
  const other = end && textOption(given, end);
  if (own !== undefined && other !== undefined)
    throw new UsageError(`--${optionName(param)} and --${end} are the same; give one of them`);
  return own ?? other;
}

function checkWindow(report: Report, values: ReadonlyMap<string, Value>): void {
  if (!report.window) return;
  const { from, to } = report.window;
  const [start, end] = [values.get(from), values.get(to)];
  if (start?.instant !== undefined && end?.instant !== undefined && start.instant >= end.instant)
    throw new UsageError(`--${from} (${start.shown}) must be before --${to} (${end.shown})`);
}

export function textOption(given: Given, name: string): string | undefined {
  const value = given[name];
  return typeof value === "string" ? value : undefined;
}
