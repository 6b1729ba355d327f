import { UsageError } from "../../kit/errors";
import {
  accessKeyNames,
  accessKeysRefused,
  type ConfigLevel,
  levelNames,
  optionsOf,
  replacedOptions,
  secretName,
} from "./options";
import { Expected } from "./values";

/** All problems of a configuration, one per line. */
export class ConfigProblem extends UsageError {
  constructor(file: string, problems: readonly string[]) {
    super(problems.map((problem) => `${file}: ${problem}`).join("\n"));
  }
}

/** Reads the options of one object of the file. Problems are added to `problems`. */
export function readOptions(
  level: ConfigLevel,
  path: string,
  given: Readonly<Record<string, unknown>>,
  problems: string[],
): Readonly<Record<string, unknown>> {
  const options = optionsOf[level];
  const values: Record<string, unknown> = {};
  const keys = accessKeyNames.filter((name) => Object.hasOwn(given, name)).map((name) => at(path, name));
  if (keys.length > 0)
    problems.push(
      `${keys.join(" and ")} ${keys.length === 1 ? "is an access key" : "are access keys"} (not shown), which ${accessKeysRefused}`,
    );
  for (const [name, value] of Object.entries(given)) {
    if (accessKeyNames.includes(name)) continue;
    const read = Object.hasOwn(options, name) ? options[name] : undefined;
    if (!read) {
      problems.push(`${at(path, name)} is ${shown(name, value)}, but ${reasonUnknown(level, name)}`);
      continue;
    }
    const result = read(value);
    if (result instanceof Expected)
      problems.push(`${at(path, name)} is ${shown(name, value)}; it takes ${result.description}`);
    else values[name] = result;
  }
  return values;
}

export const at = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);

/** The value as JSON, shortened; hidden for secrets. */
export function shown(name: string, value: unknown): string {
  if (secretName.test(name)) return "set (the value is not shown)";
  const json = JSON.stringify(value) ?? "missing";
  return json.length > 80 ? `${json.slice(0, 77)}…` : json;
}

function reasonUnknown(level: ConfigLevel, name: string): string {
  const other = (Object.keys(optionsOf) as ConfigLevel[]).find((each) =>
    Object.hasOwn(optionsOf[each], name),
  );
  if (other) return `that belongs in ${levelNames[other]}, not in ${levelNames[level]}`;
  const replacement = replacedOptions[name];
  if (replacement) return replacement;
  const known = Object.keys(optionsOf[level]);
  const similar = known.find((each) => letters(each) === letters(name));
  return `${levelNames[level]} has no such option; ${
    similar ? `did you mean "${similar}"?` : `its options are ${known.join(", ")}`
  }`;
}

/** Ignores case, dots and underscores, the most common mistakes in names. */
const letters = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, "");
