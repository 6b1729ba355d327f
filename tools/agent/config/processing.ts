import { parseDelimiter } from "../convert/csv";
import { fieldsOf, groupsOf, type LogFormat } from "../convert/log-formats";
import { optionsOfProcessing } from "./options";
import { readOptions, shown } from "./problems";

export type ProcessingConfig =
  | { readonly name: "SINGLELINE"; readonly trim: boolean; readonly escapeNewLine: boolean }
  | {
      readonly name: "CSVTOJSON";
      readonly fields: readonly string[];
      readonly delimiter: string;
      readonly pretty: boolean;
    }
  | {
      readonly name: "LOGTOJSON";
      readonly format: LogFormat;
      readonly fields: readonly string[];
      readonly pattern: string | undefined;
      readonly pretty: boolean;
    };

export function readProcessing(path: string, given: unknown, problems: string[]): ProcessingConfig[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) {
    problems.push(`${path} is ${shown("", given)}; it takes a list of objects with an optionName`);
    return [];
  }
  return given.flatMap((each, i) => readOne(`${path}[${i}]`, each, problems) ?? []);
}

function readOne(path: string, given: unknown, problems: string[]): ProcessingConfig | undefined {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    problems.push(`${path} is ${shown("", given)}; it takes an object with an optionName`);
    return undefined;
  }
  const before = problems.length;
  const values = readOptions("processing", path, given as Record<string, unknown>, problems);
  const name = values.optionName as keyof typeof optionsOfProcessing | undefined;
  if (name === undefined) {
    if (problems.length === before)
      problems.push(`${path}.optionName is missing; it takes one of SINGLELINE, CSVTOJSON, LOGTOJSON`);
    return undefined;
  }
  const known: readonly string[] = optionsOfProcessing[name];
  for (const other of Object.keys(values))
    if (other !== "optionName" && !known.includes(other))
      problems.push(
        `${path}.${other} is ${shown(other, values[other])}, which is not an option of ${name}; it has ${known.join(", ")}`,
      );
  const config = readers[name](path, values, problems);
  return problems.length > before ? undefined : config;
}

type Values = Readonly<Record<string, unknown>>;

const readers: Readonly<
  Record<
    keyof typeof optionsOfProcessing,
    (path: string, values: Values, problems: string[]) => ProcessingConfig | undefined
  >
> = {
  SINGLELINE: (_path, { parseOptions = [] }) => ({
    name: "SINGLELINE",
    trim: !(parseOptions as string[]).includes("NO_TRIM"),
    escapeNewLine: (parseOptions as string[]).includes("ESCAPE_NEW_LINE"),
  }),
  CSVTOJSON: (path, { customFieldNames, delimiter = ",", jsonFormat }, problems) => {
    if (customFieldNames === undefined)
      problems.push(`${path}.customFieldNames is missing; CSVTOJSON takes a list of names`);
    const literal = parseDelimiter(String(delimiter));
    if (literal === undefined)
      problems.push(
        `${path}.delimiter is ${shown("", delimiter)}, a regular expression; it takes the characters themselves, or \\t`,
      );
    const fields = (customFieldNames ?? []) as string[];
    refuseRepeated(path, fields, problems);
    return { name: "CSVTOJSON", fields, delimiter: literal ?? ",", pretty: jsonFormat === "PRETTYPRINT" };
  },
  LOGTOJSON: (path, { logFormat, matchPattern, customFieldNames, jsonFormat }, problems) => {
    if (logFormat === undefined) {
      problems.push(`${path}.logFormat is missing; LOGTOJSON takes one, such as COMMONAPACHELOG`);
      return undefined;
    }
    const format = String(logFormat).replace("_", "") as LogFormat;
    const pattern = matchPattern as string | undefined;
    if (pattern !== undefined && customFieldNames === undefined)
      problems.push(`${path}.customFieldNames is missing; matchPattern takes a name for each of its groups`);
    const fields = (customFieldNames ?? fieldsOf(format)) as readonly string[];
    const groups = pattern === undefined ? fieldsOf(format).length : groupsOf(pattern);
    if (customFieldNames !== undefined && fields.length !== groups)
      problems.push(
        `${path}.customFieldNames has ${fields.length} names; ${
          pattern === undefined ? format : "matchPattern"
        } has ${groups} fields`,
      );
    refuseRepeated(path, fields, problems);
    return { name: "LOGTOJSON", format, fields, pattern, pretty: jsonFormat === "PRETTYPRINT" };
  },
};

/** The second field would overwrite the first. */
function refuseRepeated(path: string, fields: readonly string[], problems: string[]): void {
  const repeated = fields.find((field, i) => fields.indexOf(field) < i);
  if (repeated !== undefined)
    problems.push(`${path}.customFieldNames has "${repeated}" twice; the names must differ`);
}
