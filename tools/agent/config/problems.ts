import { UsageError } from "../../kit/errors";
import { elsewhere, optionsOf, type Place, placeNames, secret } from "./options";
import { Allowed } from "./values";

/** A configuration that cannot be followed: every problem of it, so that one edit mends them all. */
export class ConfigProblem extends UsageError {
  constructor(file: string, problems: readonly string[]) {
    super(problems.map((problem) => `${file}: ${problem}`).join("\n"));
  }
}

/** The options of one object of the file, each read; what is wrong is added to the problems. */
export function readOptions(
  place: Place,
  path: string,
  given: Readonly<Record<string, unknown>>,
  problems: string[],
): Readonly<Record<string, unknown>> {
  const options = optionsOf[place];
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const read = Object.hasOwn(options, name) ? options[name] : undefined;
    if (!read) {
      problems.push(`${at(path, name)} is ${shown(name, value)}, but ${whyNot(place, name)}`);
      continue;
    }
    const result = read(value);
    if (result instanceof Allowed)
      problems.push(`${at(path, name)} is ${shown(name, value)}; it takes ${result.text}`);
    else values[name] = result;
  }
  return values;
}

export const at = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);

/** A value as the file has it, short. */
export function shown(name: string, value: unknown): string {
  if (secret.test(name)) return "set (the value is not shown)";
  const json = JSON.stringify(value) ?? "nothing";
  return json.length > 80 ? `${json.slice(0, 77)}…` : json;
}

function whyNot(place: Place, name: string): string {
  const other = (Object.keys(optionsOf) as Place[]).find((each) => Object.hasOwn(optionsOf[each], name));
  if (other) return `that belongs in ${placeNames[other]}, not in ${placeNames[place]}`;
  const why = elsewhere[name];
  if (why) return why;
  const known = Object.keys(optionsOf[place]);
  const meant = known.find((each) => letters(each) === letters(name));
  return `no such option is known in ${placeNames[place]}; ${
    meant ? `"${meant}" is` : `it has ${known.join(", ")}`
  }`;
}

/** Case, dots and underscores are what a name is most often mistaken in. */
const letters = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, "");
