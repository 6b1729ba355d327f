/** Reads a value, or says what is allowed in its place: the end of "… is 5, but has to be …". */
export type Read<T> = (value: unknown) => T | Allowed;

export class Allowed {
  constructor(readonly text: string) {}
}

export const text: Read<string> = (value) =>
  typeof value === "string" && value !== "" ? value : new Allowed("a text");

/** Numbers and truth values may come as text, as the original reads them. */
export const whole =
  (min: number, max: number): Read<number> =>
  (value) => {
    const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
    return Number.isSafeInteger(number) && Number(number) >= min && Number(number) <= max
      ? Number(number)
      : new Allowed(`a whole number from ${min} to ${max}`);
  };

export const truth: Read<boolean> = (value) => {
  const said = String(value).toLowerCase();
  return said === "true" || said === "false" ? said === "true" : new Allowed("true or false");
};

export const oneOf =
  <T extends string>(...allowed: readonly T[]): Read<T> =>
  (value) =>
    allowed.find((each) => each === value) ?? new Allowed(`one of ${allowed.join(", ")}`);

export const listOf =
  <T>(read: Read<T>, what: string): Read<readonly T[]> =>
  (value) => {
    const items = Array.isArray(value) && value.length > 0 ? value.map(read) : [new Allowed(what)];
    return items.every((item): item is Exclude<typeof item, Allowed> => !(item instanceof Allowed))
      ? items
      : new Allowed(what);
  };

/** A regular expression; what is wrong with one is said in the engine's own words. */
export const pattern: Read<string> = (value) => {
  if (typeof value !== "string" || value === "") return new Allowed("a regular expression");
  try {
    new RegExp(value);
    return value;
  } catch (error) {
    return new Allowed(`a regular expression (${error instanceof Error ? error.message : error})`);
  }
};

/** With or without a scheme, as the original's users write it; the empty text of its own example means none. */
export const endpoint: Read<string | undefined> = (value) => {
  if (value === "") return undefined;
  const url = typeof value === "string" && (value.includes("://") ? value : `https://${value}`);
  return url && URL.canParse(url) && /^https?:\/\//.test(url)
    ? url
    : new Allowed("a URL such as https://kinesis.eu-west-1.amazonaws.com");
};
