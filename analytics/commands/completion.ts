import { loadReport, reportIds } from "../../sql/library/library";
import { optionName } from "../../sql/library/values";
import { UsageError } from "../../tools/kit/errors";
import { parseOptions } from "../../tools/kit/options";
import type { Context } from "../context";
import { formatNames } from "../render/formats";
import { queryOptions } from "../run/options";

type Script = (words: Words) => string;

interface Words {
  /** Subcommands and reports. */
  readonly first: readonly string[];
  readonly options: readonly string[];
  /** Parameters of each report, by id and by name. */
  readonly parameters: ReadonlyMap<string, readonly string[]>;
}

/** `completion bash|zsh|fish`: prints a completion script with the current reports and options. */
export async function completion(args: readonly string[], { stdout, reports }: Context): Promise<number> {
  const { positionals } = parseOptions(args, {});
  const [shell = "", ...rest] = positionals;
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (!script || rest.length > 0)
    throw new UsageError(`completion takes one of ${Object.keys(scripts).join(", ")}`);
  const parameters = new Map(
    reportIds(reports).flatMap((id) => {
      const { name, params } = loadReport(id, reports);
      const options = params.map((param) => `--${optionName(param.name)}`);
      return [id, name].map((key): [string, string[]] => [key, options]);
    }),
  );
  const first = ["list", "show", "sql", "history", "new", "completion", ...parameters.keys()];
  const options = Object.keys(queryOptions).map((name) => `--${name}`);
  await stdout.write(script({ first, options, parameters }));
  return 0;
}

const bash: Script = ({ first, options, parameters }) => `# pricelake-report: bash completion
# alias pricelake-report='npm run -s report --'; then: source <(pricelake-report completion bash)
_pricelake_report() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} own=""
  case $before in
    --format) COMPREPLY=($(compgen -W "${formatNames.join(" ")}" -- "$word")); return ;;
    --out|--out-dir|--dir) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${first.join(" ")}" -- "$word")); return; fi
  case \${COMP_WORDS[1]} in
${[...parameters].map(([name, words]) => `    ${name}) own="${words.join(" ")}" ;;`).join("\n")}
    show) own="${[...parameters.keys()].join(" ")}" ;;
  esac
  COMPREPLY=($(compgen -W "$own ${options.join(" ")}" -- "$word"))
}
complete -F _pricelake_report pricelake-report
`;

const zsh: Script = (words) => `# pricelake-report: zsh completion
# alias pricelake-report='npm run -s report --'; then: source <(pricelake-report completion zsh)
autoload -U +X bashcompinit && bashcompinit
${bash(words).split("\n").slice(2).join("\n")}`;

const fish: Script = ({ first, options, parameters }) => `# pricelake-report: fish completion
# alias pricelake-report 'npm run -s report --'; then: pricelake-report completion fish | source
complete -c pricelake-report -f
complete -c pricelake-report -n __fish_use_subcommand -a "${first.join(" ")}"
complete -c pricelake-report -n "__fish_seen_subcommand_from show" -a "${[...parameters.keys()].join(" ")}"
${options.map((option) => `complete -c pricelake-report -l ${option.slice(2)}`).join("\n")}
complete -c pricelake-report -l format -x -a "${formatNames.join(" ")}"
complete -c pricelake-report -l out -r -F
${[...parameters].flatMap(([name, words]) => words.map((word) => `complete -c pricelake-report -n "__fish_seen_subcommand_from ${name}" -l ${word.slice(2)} -x`)).join("\n")}
`;

const scripts: Readonly<Record<string, Script>> = { bash, zsh, fish };
