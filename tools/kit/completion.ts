import type { Option, Options } from "./options";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

export interface CompletionWords {
  /** The name that the shell completes: an alias of `command`. */
  readonly program: string;
  readonly command: string;
  /** Allowed first words, each with its own options. */
  readonly first: ReadonlyMap<string, Options>;
  /** Options after every first word. */
  readonly shared?: Options;
  /** Further words by first word, such as report names. */
  readonly further?: ReadonlyMap<string, readonly string[]>;
}

/** A completion script for a shell, generated from tables of options. */
export const completionScript = (shell: Shell, words: CompletionWords): string => scripts[shell](words);

const names = (options: Options): string[] => Object.keys(options).map((name) => `--${name}`);

const takesPath = ({ valueName = "" }: Option): boolean => /FILE|PATH|FOLDER/.test(valueName);

function bashFunction({ program, first, shared = {}, further }: CompletionWords): string {
  const id = `_${program.replaceAll("-", "_")}`;
  const values = [...first, ["*", shared] as const].flatMap(([word, options]) =>
    Object.entries(options).flatMap(([name, option]) => {
      const pattern = word === "*" ? `*" --${name}"` : `"${word} --${name}"`;
      if (option.choices) return [`    ${pattern}) words="${option.choices.join(" ")}" ;;`];
      return takesPath(option) ? [`    ${pattern}) COMPREPLY=($(compgen -f -- "$word")); return ;;`] : [];
    }),
  );
  const after = [...first].map(([word, options]) => {
    const own = [...(further?.get(word) ?? []), ...names(options)];
    return `    ${word}) words="${own.join(" ")}${Object.keys(shared).length > 0 ? " $words" : ""}" ;;`;
  });
  return `${id}() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} words="${names(shared).join(" ")}"
  case \${COMP_WORDS[1]} in
${after.join("\n")}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then words="${[...first.keys()].join(" ")}"; fi
  case "\${COMP_WORDS[1]} $before" in
${values.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F ${id} ${program}
`;
}

const header = (shell: Shell, { program, command }: CompletionWords, load: string): string =>
  `# ${program}: ${shell} completion\n# alias ${program}='${command}'; then: ${load}\n`;

const scripts: Readonly<Record<Shell, (words: CompletionWords) => string>> = {
  bash: (words) => header("bash", words, `source <(${words.program} completion bash)`) + bashFunction(words),
  zsh: (words) =>
    header("zsh", words, `source <(${words.program} completion zsh)`) +
    `autoload -U +X bashcompinit && bashcompinit\n${bashFunction(words)}`,
  fish: (words) => {
    const { program, first, shared = {}, further } = words;
    const option = (condition: string, [name, each]: [string, Option]): string => {
      const value = each.choices
        ? ` -x -a "${each.choices.join(" ")}"`
        : takesPath(each)
          ? " -r -F"
          : each.valueName === undefined
            ? ""
            : " -x";
      return `complete -c ${program}${condition} -l ${name}${value}`;
    };
    const lines = [
      `complete -c ${program} -f`,
      `complete -c ${program} -n __fish_use_subcommand -a "${[...first.keys()].join(" ")}"`,
      ...Object.entries(shared).map((entry) => option("", entry)),
      ...[...first].flatMap(([word, options]) => {
        const condition = ` -n "__fish_seen_subcommand_from ${word}"`;
        const more = further?.get(word) ?? [];
        return [
          ...(more.length > 0 ? [`complete -c ${program}${condition} -a "${more.join(" ")}"`] : []),
          ...Object.entries(options).map((entry) => option(condition, entry)),
        ];
      }),
    ];
    return `${header("fish", words, `${program} completion fish | source`)}${lines.join("\n")}\n`;
  },
};
