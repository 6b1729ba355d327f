import type { FeedDefinition } from "../../data/feeds";
import type { Report, Window } from "../../sql/library/model";
import { defaultText, optionName, readValue, type Value } from "../../sql/library/values";
import { Failure, UsageError } from "../../tools/kit/errors";
import { type Option, type Options, text } from "../../tools/kit/options";

type TextOptions = Readonly<Record<string, Option<string | undefined>>>;
type OptionValues = Readonly<Record<string, unknown>>;

/** --from and --to are other names for the two parameters of a report's window. */
const windowEnds = ["from", "to"] as const satisfies readonly (keyof Window)[];

/** The reports' parameters as options. They must not have the names of the command's options. */
export function parameterOptions(reports: readonly Report[], commandOptions: Options): TextOptions {
  const options: Record<string, Option<string | undefined>> = {};
  for (const report of reports)
    for (const param of report.params) {
      const name = optionName(param.name);
      if (Object.hasOwn(commandOptions, name))
        throw new Failure(`${report.file}: the parameter "${name}" has the name of an option of the command`);
      options[name] = { ...text("VALUE", param.doc), ...(param.oneOf && { choices: param.oneOf }) };
    }
  if (reports.some(({ window }) => window))
    for (const end of windowEnds) options[end] = text("TIME", `the window's parameter "${end}"`);
  return options;
}

/** `feeds`: those that the report reads, for defaults that depend on them. */
export function readParameters(
  report: Report,
  options: OptionValues,
  now: number,
  feeds: readonly FeedDefinition[],
): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  for (const param of report.params)
    values.set(
      param.name,
      readValue(param, textOf(report, param.name, options) ?? defaultText(param, feeds), now),
    );
  checkWindow(report, values);
  return values;
}

function textOf({ window }: Report, param: string, options: OptionValues): string | undefined {
  const given = (name: string): string | undefined => {
    const value = options[name];
    return typeof value === "string" ? value : undefined;
  };
  const name = optionName(param);
  const end = windowEnds.find((candidate) => window?.[candidate] === param);
  const other = end === undefined || end === name ? undefined : given(end);
  if (given(name) !== undefined && other !== undefined)
    throw new UsageError(`--${name} and --${end} are the same; give one of them`);
  return given(name) ?? other;
}

function checkWindow({ window }: Report, values: ReadonlyMap<string, Value>): void {
  if (!window) return;
  const [from, to] = [values.get(window.from), values.get(window.to)];
  if (from?.instant !== undefined && to?.instant !== undefined && from.instant >= to.instant)
    throw new UsageError(`--${window.from} (${from.shown}) must be before --${window.to} (${to.shown})`);
}
