import { RunError } from "@pulumi/pulumi";

/** Where configuration comes from: Pulumi's, or a map in a test. */
export type ReadText = (key: string) => string | undefined;

/** The person's mistake: which key, what it says, what it may say. Pulumi shows no stack with it. */
export class ConfigError extends RunError {
  constructor(key: string, text: string | undefined, allowed: string) {
    super(
      `configuration pricelake:${key} is ${text === undefined ? "missing" : JSON.stringify(text)}; it must be ${allowed}`,
    );
  }
}

/** Typed reading of one flat configuration; every value is checked whole. */
export class ConfigReader {
  readonly #asked = new Set<string>();

  constructor(private readonly from: ReadText) {}

  /** A key that nothing asked for is one that somebody misspelt. */
  refuseOthers(keys: readonly string[]): void {
    const known = [...this.#asked].sort().join(", ");
    for (const key of keys)
      if (!this.#asked.has(key))
        throw new RunError(`configuration pricelake:${key} is not known; the keys are ${known}`);
  }

  private read(key: string): string | undefined {
    this.#asked.add(key);
    return this.from(key);
  }

  has(key: string): boolean {
    return (this.read(key) ?? "") !== "";
  }

  text(key: string, pattern: RegExp, allowed: string): string {
    const text = this.read(key);
    if (text === undefined || !pattern.test(text)) throw new ConfigError(key, text, allowed);
    return text;
  }

  oneOf<const T extends string>(key: string, allowed: readonly T[]): T {
    const text = this.read(key);
    const found = allowed.find((choice) => choice === text);
    if (found === undefined) throw new ConfigError(key, text, `one of ${allowed.join(", ")}`);
    return found;
  }

  whole(key: string, min: number, max: number): number {
    const text = this.read(key);
    const value = Number(text);
    if (text === undefined || !/^\d{1,15}$/.test(text) || value < min || value > max)
      throw new ConfigError(key, text, `a whole number from ${min} to ${max}`);
    return value;
  }

  flag(key: string): boolean {
    return this.oneOf(key, ["true", "false"]) === "true";
  }

  /** A list of texts, every one of which must match. */
  list(key: string, pattern: RegExp, allowed: string): readonly string[] {
    const text = this.read(key);
    const items = text === undefined ? undefined : parseList(text);
    if (!items?.every((item) => pattern.test(item))) throw new ConfigError(key, text, `a list of ${allowed}`);
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
