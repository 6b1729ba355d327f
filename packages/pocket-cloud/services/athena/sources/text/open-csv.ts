import { fail } from "../../../../../trino-duckdb";

/** The special characters of an OpenCSVSerde table. */
export interface CsvCharacters {
  readonly separator: string;
  readonly quote: string;
  readonly escaping: string;
}

/** The SerDe uses the first character of each option. A double quote as escape character means the default backslash. */
export function csvCharacters(options: Readonly<Record<string, string>>): CsvCharacters {
  const first = (name: string, otherwise: string) => {
    const [character] = options[name] || otherwise;
    if (character === undefined || character > "\u007f")
      return fail(
        "NOT_SUPPORTED",
        `the ${name} '${options[name]}' of OpenCSVSerde is not supported by the embedded cloud: it is not ASCII`,
      );
    return character;
  };
  const escaping = first("escapeChar", "\\");
  const characters = {
    separator: options.separatorChar === "\\t" ? "\t" : first("separatorChar", ","),
    quote: first("quoteChar", '"'),
    escaping: escaping === '"' ? "\\" : escaping,
  };
  if (new Set(Object.values(characters)).size < 3)
    fail("HIVE_INVALID_METADATA", "The separator, quote, and escape characters must be different");
  return characters;
}

/**
 * Parses a line as the SerDe does, with its oddities: an escape character is always dropped; a quote inside a field
 * toggles quoting and is usually kept; a field whose quote is not closed on its line is dropped; an empty line has no
 * fields.
 */
export function parseLine(line: string, { separator, quote, escaping }: CsvCharacters): string[] {
  if (line === "") return [];
  const fields: string[] = [];
  let [field, quoted, started] = ["", false, false];
  for (let i = 0; i < line.length; i++) {
    const [before, character, next] = [line[i - 1], line[i] ?? "", line[i + 1]];
    const within = quoted || started;
    if (character === escaping) {
      if (within && (next === quote || next === escaping)) {
        field += next;
        i++;
      }
    } else if (character === quote) {
      if (within && next === quote) {
        field += quote;
        i++;
      } else {
        const inside = i > 2 && before !== separator && next !== undefined && next !== separator;
        if (inside) field = field !== "" && field.trim() === "" ? "" : field + quote;
        quoted = !quoted;
      }
      started = !started;
    } else if (character === separator && !quoted) {
      fields.push(field);
      [field, started] = ["", false];
    } else {
      field += character;
      started = true;
    }
  }
  if (!quoted) fields.push(field);
  return fields;
}
