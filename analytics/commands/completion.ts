import { loadReport, reportIds } from "../../sql/library/library";
import { completionScript, shells } from "../../tools/kit/completion";
import { UsageError } from "../../tools/kit/errors";
import { type Options, parseOptions } from "../../tools/kit/options";
import type { Context } from "../context";
import { queryOptions } from "../run/options";
import { parameterOptions } from "../run/parameters";
import { historyOptions } from "./history";
import { listOptions } from "./list";
import { siteOptions } from "./site";

/** `completion bash|zsh|fish`: prints a completion script with the current reports and options. */
export async function completion(args: readonly string[], { stdout, reports }: Context): Promise<number> {
  const { positionals } = parseOptions(args, {});
  const shell = shells.find((name) => name === positionals[0]);
  if (!shell || positionals.length > 1) throw new UsageError(`completion takes one of ${shells.join(", ")}`);
  const reportOptions = reportIds(reports).flatMap((id) => {
    const report = loadReport(id, reports);
    return [id, report.name].map((key): [string, Options] => [key, parameterOptions([report], {})]);
  });
  const script = completionScript(shell, {
    program: "pricelake-report",
    command: "npm run -s report --",
    first: new Map<string, Options>([
      ["list", listOptions],
      ["show", {}],
      ["sql", {}],
      ["shell", {}],
      ["history", historyOptions],
      ["new", {}],
      ["site", siteOptions],
      ["completion", {}],
      ...reportOptions,
    ]),
    shared: queryOptions,
    further: new Map([["show", reportOptions.map(([name]) => name)]]),
  });
  await stdout.write(script);
  return 0;
}
