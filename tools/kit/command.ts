import { UsageError } from "./errors";
import { type Options, optionsHelp, parseOptions, type Values, wrap } from "./options";

export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** For shell completion. */
  readonly options?: Options;
  readonly help: (args: readonly string[]) => string | Promise<string>;
  /** Resolves to the exit code: 0 done, 1 failed, 2 wrong usage, 3 refused by a guard, 130 interrupted. */
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** Commands by name, loaded on use: `report` must not pay for loading the cloud. */
export type Commands = Readonly<Record<string, () => Command>>;

export interface CommandDefinition<O extends Options> {
  readonly summary: string;
  /** First line of help, such as "npm start -- [options]". */
  readonly usage: string;
  /** Paragraphs between usage and options. */
  readonly description: string;
  readonly options: O;
  /** Names of the required arguments, in their order; none by default. */
  readonly arguments?: readonly string[];
  /** Whether the last argument may be given several times. */
  readonly repeats?: boolean;
  /** A paragraph after the options. */
  readonly notes?: string;
  readonly run: (values: Values<O>, args: readonly string[]) => Promise<number>;
}

/** A command whose parsing and help come from its table of options. */
export function defineCommand<O extends Options>(definition: CommandDefinition<O>): Command {
  const { summary, usage, description, options, notes, run } = definition;
  const paragraphs = description.split("\n\n").map((paragraph) => wrap(paragraph, 110).join("\n"));
  return {
    summary,
    options,
    help: () =>
      `${[usage, ...paragraphs, optionsHelp(options).trimEnd(), notes].filter(Boolean).join("\n\n")}\n`,
    run: async (args) => {
      const { values, positionals } = parseOptions(args, options);
      const expected = definition.arguments ?? [];
      const missing = expected[positionals.length];
      if (missing !== undefined) throw new UsageError(`<${missing}> is missing; see --help`);
      const extra = definition.repeats ? undefined : positionals[expected.length];
      if (extra !== undefined) throw new UsageError(`unexpected argument "${extra}"; see --help`);
      return run(values, positionals);
    },
  };
}

export function describeCommands(commands: Commands): string {
  const rows = Object.entries(commands).map(([name, load]) => `  ${name.padEnd(10)} ${load().summary}\n`);
  return `pricelake: market data in a lake you own\n\n${rows.join("")}\nMore: npm run <command> -- --help\n`;
}
