import { RunError } from "@pulumi/pulumi";

/** A wrong value in the Pulumi configuration. Pulumi prints a RunError without a stack trace. */
export class ConfigError extends RunError {
  constructor(key: string, text: string | undefined, allowed: string) {
    const value = text === undefined ? "missing" : JSON.stringify(text);
    super(`configuration pricelake:${key} is ${value}; it must be ${allowed}`);
  }
}

/** Reads and validates the keys of the program's configuration. */
export class ConfigReader {
  readonly #read = new Set<string>();

  constructor(private readonly textOf: (key: string) => string | undefined) {}

  /** Throws at a key that no method has read: it is probably misspelt. */
  refuseUnknown(keys: readonly string[]): void {
    const known = [...this.#read].sort().join(", ");
    for (const key of keys)
      if (!this.#read.has(key))
        throw new RunError(`configuration pricelake:${key} is not known; the keys are ${known}`);
  }

  #text(key: string): string | undefined {
    this.#read.add(key);
    return this.textOf(key);
  }

  isSet(key: string): boolean {
    return (this.#text(key) ?? "") !== "";
  }

  text(key: string, pattern: RegExp, allowed: string): string {
    const text = this.#text(key);
    if (text === undefined || !pattern.test(text)) throw new ConfigError(key, text, allowed);
    return text;
  }

  oneOf<const T extends string>(key: string, allowed: readonly T[]): T {
    const text = this.#text(key);
    const found = allowed.find((choice) => choice === text);
    if (found === undefined) throw new ConfigError(key, text, `one of ${allowed.join(", ")}`);
    return found;
  }

  integer(key: string, min: number, max: number): number {
    const text = this.#text(key);
    const value = Number(text);
    if (text === undefined || !/^\d{1,15}$/.test(text) || value < min || value > max)
      throw new ConfigError(key, text, `a whole number from ${min} to ${max}`);
    return value;
  }

  flag(key: string): boolean {
    return this.oneOf(key, ["true", "false"]) === "true";
  }

  day(key: string): string {
    const allowed = "a day, YYYY-MM-DD, from 2000 on";
    const text = this.text(key, /^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, allowed);
    if (new Date(text).toISOString().slice(0, 10) !== text) throw new ConfigError(key, text, allowed);
    return text;
  }

  /** A JSON list of distinct strings, each of which matches. */
  list(key: string, pattern: RegExp, allowed: string): readonly string[] {
    return this.listWhere(key, (item) => pattern.test(item), allowed);
  }

  /** A JSON list of distinct strings that meet a condition. `shown`: a wrong value as an error may repeat it. */
  listWhere(
    key: string,
    isAllowed: (item: string) => boolean,
    allowed: string,
    shown: (text: string) => string = (text) => text,
  ): readonly string[] {
    const text = this.#text(key);
    const items = text === undefined ? undefined : parseList(text);
    if (!items?.every(isAllowed))
      throw new ConfigError(key, text === undefined ? text : shown(text), `a list of ${allowed}`);
    if (new Set(items).size < items.length) throw new ConfigError(key, text, "a list without repetitions");
    return items;
  }
}

function parseList(text: string): string[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) && parsed.every((item) => typeof item === "string") ? parsed : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
