import { parseArgs } from "node:util";
import { didYouMean } from "./did-you-mean";
import { UsageError } from "./errors";

/** One option of a command. A table of them generates parsing, help and shell completion. */
export interface Option<T = unknown> {
  readonly description: string;
  /** Name of the value in help, such as "FILE"; a flag has none. */
  readonly valueName?: string;
  readonly choices?: readonly string[];
  /** The value as text when the option is absent; shown in help. */
  readonly default?: string;
  /** Turns the texts given, none for an absent option, into the value. Throws a UsageError. */
  readonly read: (name: string, given: readonly string[]) => T;
}

/** Options by name, without the leading dashes. */
export type Options = Readonly<Record<string, Option>>;

export type Values<O extends Options> = {
  readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never;
};

export const flag = (description: string): Option<boolean> => ({
  description,
  read: (_name, given) => given.length > 0,
});

/** An option whose value `read` parses; `read` returns undefined for a text that is not allowed. */
export function parsed<T>(
  valueName: string,
  description: string,
  read: (text: string) => T | undefined,
  expected: string | readonly string[],
  defaultText: string,
): Option<T>;
export function parsed<T>(
  valueName: string,
  description: string,
  read: (text: string) => T | undefined,
  expected: string | readonly string[],
): Option<T | undefined>;
export function parsed<T>(
  valueName: string,
  description: string,
  read: (text: string) => T | undefined,
  expected: string | readonly string[],
  defaultText?: string,
): Option<T | undefined> {
  return {
    description,
    valueName,
    ...(typeof expected !== "string" && { choices: expected }),
    ...(defaultText !== undefined && { default: defaultText }),
    read: (name, given) => {
      const last = given.at(-1) ?? defaultText;
      if (last === undefined) return undefined;
      const value = read(last);
      if (value !== undefined) return value;
      const allowed = typeof expected === "string" ? expected : `one of ${expected.join(", ")}`;
      const suggestion = typeof expected === "string" ? "" : didYouMean(last, expected);
      throw new UsageError(`--${name} takes ${allowed}, not "${last}"${suggestion}`);
    },
  };
}

export function text(valueName: string, description: string, defaultText: string): Option<string>;
export function text(valueName: string, description: string): Option<string | undefined>;
export function text(valueName: string, description: string, defaultText?: string) {
  const read = (given: string) => given;
  return defaultText === undefined
    ? parsed(valueName, description, read, "a text")
    : parsed(valueName, description, read, "a text", defaultText);
}

/** An option that may be given several times. */
export const texts = (valueName: string, description: string): Option<readonly string[]> => ({
  description,
  valueName,
  read: (_name, given) => given,
});

export function wholeNumber(description: string, min: number, max: number, absent: number): Option<number>;
export function wholeNumber(description: string, min: number, max: number): Option<number | undefined>;
export function wholeNumber(description: string, min: number, max: number, absent?: number) {
  const read = (given: string) => {
    const value = Number(given);
    return /^\d+$/.test(given) && value >= min && value <= max ? value : undefined;
  };
  const expected = `a whole number from ${min} to ${max}`;
  return absent === undefined
    ? parsed("N", description, read, expected)
    : parsed("N", description, read, expected, String(absent));
}

export function choice<const C extends string>(
  valueName: string,
  description: string,
  choices: readonly C[],
): Option<C | undefined> {
  return parsed(valueName, description, (given) => choices.find((each) => each === given), choices);
}

/** Makes the absence of an option a usage error. */
export const required = <T>(option: Option<T | undefined>): Option<T> => ({
  ...option,
  read: (name, given) => {
    const value = option.read(name, given);
    if (value === undefined) throw new UsageError(`--${name} ${option.valueName} is missing; see --help`);
    return value;
  },
});

/** Strict parsing against a table. Every mistake is a UsageError. */
export function parseOptions<O extends Options>(
  args: readonly string[],
  options: O,
): { readonly values: Values<O>; readonly positionals: readonly string[] } {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(options).map(([name, { valueName }]) => [
        name,
        { type: valueName === undefined ? ("boolean" as const) : ("string" as const) },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const { name, rawName, value, inlineValue } = token;
    const option = Object.hasOwn(options, name) && rawName.startsWith("--") ? options[name] : undefined;
    if (!option) throw new UsageError(unknownOption(rawName, options));
    if (option.valueName === undefined && value !== undefined)
      throw new UsageError(`--${name} takes no value, not "${value}"`);
    if (option.valueName !== undefined && value === undefined)
      throw new UsageError(`--${name} takes a value: --${name} ${option.valueName}`);
    if (value?.startsWith("-") && value.length > 1 && inlineValue === false)
      throw new UsageError(
        `--${name} takes a value; one that starts with a dash is written --${name}=${value}`,
      );
    given.set(name, [...(given.get(name) ?? []), value ?? ""]);
  }
  const values = Object.entries(options).map(([name, option]) => [
    name,
    option.read(name, given.get(name) ?? []),
  ]);
  return { values: Object.fromEntries(values) as Values<O>, positionals };
}

function unknownOption(rawName: string, options: Options): string {
  const names = Object.keys(options).map((name) => `--${name}`);
  if (names.length === 0) return `there is no option ${rawName}; there are none here`;
  return `there is no option ${rawName}${didYouMean(rawName, names) || `; options: ${names.join(", ")}`}`;
}

const WIDTH = 110;

/** The options as lines of help, in the table's order. */
export function optionsHelp(options: Options): string {
  if (Object.keys(options).length === 0) return "";
  const rows = Object.entries(options).map(([name, option]) => ({
    left: option.valueName === undefined ? `--${name}` : `--${name} ${option.valueName}`,
    right: descriptionOf(option),
  }));
  const width = Math.min(20, Math.max(...rows.map(({ left }) => left.length)));
  return rows
    .map(({ left, right }) => {
      const lines = wrap(right, WIDTH - width - 4);
      const first = left.length > width ? [`  ${left}`] : [];
      return [
        ...first,
        ...lines.map((line, i) => `  ${(i === 0 && first.length === 0 ? left : "").padEnd(width)}  ${line}`),
      ]
        .map((line) => `${line}\n`)
        .join("");
    })
    .join("");
}

function descriptionOf({ description, choices, default: absent }: Option): string {
  const allowed = choices && !choices.every((choice) => description.includes(choice));
  return (
    description +
    (allowed ? `: ${choices.join(", ")}` : "") +
    (absent === undefined || absent === "" ? "" : ` (default ${absent})`)
  );
}

/** Splits a text into lines of at most `width` characters, at spaces. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
