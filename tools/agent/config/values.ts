/** Reads a value of the configuration, or returns what is expected: the end of "… is 5; it takes …". */
export type ReadValue<T> = (value: unknown) => T | Expected;

export class Expected {
  constructor(readonly description: string) {}
}

export const text: ReadValue<string> = (value) =>
  typeof value === "string" && value !== "" ? value : new Expected("a text");

/** Like aws-kinesis-agent, accepts numbers and booleans as text too. */
export const wholeNumber =
  (min: number, max: number): ReadValue<number> =>
  (value) => {
    const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
    return Number.isSafeInteger(number) && Number(number) >= min && Number(number) <= max
      ? Number(number)
      : new Expected(`a whole number from ${min} to ${max}`);
  };

export const trueOrFalse: ReadValue<boolean> = (value) => {
  const lower = String(value).toLowerCase();
  return lower === "true" || lower === "false" ? lower === "true" : new Expected("true or false");
};

export const oneOf =
  <T extends string>(...allowed: readonly T[]): ReadValue<T> =>
  (value) =>
    allowed.find((each) => each === value) ?? new Expected(`one of ${allowed.join(", ")}`);

export const listOf =
  <T>(read: ReadValue<T>, what: string): ReadValue<readonly T[]> =>
  (value) => {
    const items = Array.isArray(value) && value.length > 0 ? value.map(read) : [new Expected(what)];
    return items.every((item): item is Exclude<typeof item, Expected> => !(item instanceof Expected))
      ? items
      : new Expected(what);
  };

/** A regular expression. The error has the message of the engine. */
export const pattern: ReadValue<string> = (value) => {
  if (typeof value !== "string" || value === "") return new Expected("a regular expression");
  try {
    new RegExp(value);
    return value;
  } catch (error) {
    return new Expected(`a regular expression (${error instanceof Error ? error.message : error})`);
  }
};

/** A URL with or without a scheme. The empty text, as in aws-kinesis-agent's example, means no endpoint. */
export const endpoint: ReadValue<string | undefined> = (value) => {
  if (value === "") return undefined;
  const url = typeof value === "string" && (value.includes("://") ? value : `https://${value}`);
  return url && URL.canParse(url) && /^https?:\/\//.test(url)
    ? url
    : new Expected("a URL such as https://kinesis.eu-west-1.amazonaws.com");
};
