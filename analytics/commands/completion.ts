import { loadReport, reportIds } from "../../sql/library/library";
import { optionName } from "../../sql/library/values";
import { UsageError } from "../../tools/kit/errors";
import { parse } from "../arguments";
import { formatNames } from "../render/formats";
import type { Surroundings } from "../surroundings";
import { queryOptions } from "./options";

type Shell = (words: Words) => string;

interface Words {
  readonly first: readonly string[];
  readonly options: readonly string[];
  /** Options of each report, by id and by name. */
  readonly own: ReadonlyMap<string, readonly string[]>;
}

/** `completion bash|zsh|fish`: a script for the shell, made from the reports as they are now. */
export async function completion(
  args: readonly string[],
  { stdout, reports }: Surroundings,
): Promise<number> {
  const { positionals } = parse(args, {});
  const shell = Object.hasOwn(shells, positionals[0] ?? "") ? shells[positionals[0] ?? ""] : undefined;
  if (!shell || positionals.length > 1)
    throw new UsageError(`completion takes one of ${Object.keys(shells).join(", ")}`);
  const all = reportIds(reports).map((id) => loadReport(id, reports));
  const own = new Map(
    all.flatMap((report) => {
      const options = report.params.map((param) => `--${optionName(param.name)}`);
      return [report.id, report.name].map((key): [string, string[]] => [key, options]);
    }),
  );
  const first = ["list", "show", "sql", "history", "new", "completion", ...own.keys()];
  await stdout.write(shell({ first, options: Object.keys(queryOptions).map((name) => `--${name}`), own }));
  return 0;
}

const bash: Shell = ({ first, options, own }) => `# pricelake-report: bash completion
# alias pricelake-report='npm run -s report --'; then: source <(pricelake-report completion bash)
_pricelake_report() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} own=""
  case $before in
    --format) COMPREPLY=($(compgen -W "${formatNames.join(" ")}" -- "$word")); return ;;
    --out|--out-dir|--dir) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${first.join(" ")}" -- "$word")); return; fi
  case \${COMP_WORDS[1]} in
${[...own].map(([name, words]) => `    ${name}) own="${words.join(" ")}" ;;`).join("\n")}
    show) own="${[...own.keys()].join(" ")}" ;;
  esac
  COMPREPLY=($(compgen -W "$own ${options.join(" ")}" -- "$word"))
}
complete -F _pricelake_report pricelake-report
`;

const zsh: Shell = (words) => `# pricelake-report: zsh completion
# alias pricelake-report='npm run -s report --'; then: source <(pricelake-report completion zsh)
autoload -U +X bashcompinit && bashcompinit
${bash(words).split("\n").slice(2).join("\n")}`;

const fish: Shell = ({ first, options, own }) => `# pricelake-report: fish completion
# alias pricelake-report 'npm run -s report --'; then: pricelake-report completion fish | source
complete -c pricelake-report -f
complete -c pricelake-report -n __fish_use_subcommand -a "${first.join(" ")}"
complete -c pricelake-report -n "__fish_seen_subcommand_from show" -a "${[...own.keys()].join(" ")}"
${options.map((option) => `complete -c pricelake-report -l ${option.slice(2)}`).join("\n")}
complete -c pricelake-report -l format -x -a "${formatNames.join(" ")}"
complete -c pricelake-report -l out -r -F
${[...own].flatMap(([name, words]) => words.map((word) => `complete -c pricelake-report -n "__fish_seen_subcommand_from ${name}" -l ${word.slice(2)} -x`)).join("\n")}
`;

const shells: Readonly<Record<string, Shell>> = { bash, zsh, fish };
