import { type ParseArgsConfig, parseArgs } from "node:util";

export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  readonly help: string | ((args: readonly string[]) => string | Promise<string>);
  /** Resolves to the exit code: 0 done, 1 failed, 2 wrong usage, 3 refused by a guard, 130 interrupted. */
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** The person's mistake: its message is all they see. */
export class UsageError extends Error {
  readonly exitCode = 2;
}

/** Strict parsing; an unknown or malformed option is a usage error in the parser's own words. */
export function parseOptions<T extends NonNullable<ParseArgsConfig["options"]>>(
  args: readonly string[],
  options: T,
) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** A whole number within bounds, or a usage error that says which option, what it got, and what is allowed. */
export function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max)
    throw new UsageError(`--${option} takes a whole number from ${min} to ${max}, not "${text}"`);
  return value;
}

export async function describeCommands(
  commands: Readonly<Record<string, () => Promise<Command>>>,
): Promise<string> {
  const rows = await Promise.all(
    Object.entries(commands).map(async ([name, load]) => `  ${name.padEnd(10)} ${(await load()).summary}\n`),
  );
  return `pricelake: market data in a lake you own\n\n${rows.join("")}\nMore: npm run <command> -- --help\n`;
}
