import fc from "fast-check";
import type { ServiceConstraints, ShapeConstraints } from "../../constraints/model";
import { wholeText } from "../../constraints/validate";

/** Makes values that fulfil the constraints of a service, and values that break one of them. */
export class Samples {
  readonly #valid = new Map<string, unknown>();

  constructor(readonly constraints: ServiceConstraints) {}

  shape(name: string): ShapeConstraints {
    return this.constraints.shapes[name] ?? {};
  }

  /** A valid value. Members that are not required are left out, except `member` of a structure. */
  valid(name: string | undefined): unknown {
    if (name === undefined) return "a";
    if (!this.#valid.has(name)) this.#valid.set(name, this.#made(name));
    return this.#valid.get(name);
  }

  #made(name: string): unknown {
    const shape = this.shape(name);
    if (shape.members ?? shape.required) return this.structure(name);
    if (isMap(shape)) return this.map(shape, Math.max(shape.min ?? 0, 1));
    if (shape.entry !== undefined) return this.list(shape, Math.max(shape.min ?? 0, 1));
    return scalar(shape);
  }

  structure(name: string, extra: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
    const { members = {}, required = [] } = this.shape(name);
    const needed = required.map((member) => [member, this.valid(members[member])]);
    return { ...Object.fromEntries(needed), ...extra };
  }

  list(shape: ShapeConstraints, length: number): unknown[] {
    return Array.from({ length }, () => this.valid(shape.entry));
  }

  map(shape: ShapeConstraints, size: number): Record<string, unknown> {
    const key = String(this.valid(shape.key));
    const keys = Array.from({ length: size }, (_, index) => (index === 0 ? key : `${key}${index}`));
    return Object.fromEntries(keys.map((each) => [each, this.valid(shape.value)]));
  }

  /** Values that break one constraint of a shape, with the beginning of the constraint's text. */
  broken(name: string): { value: unknown; text: string }[] {
    const shape = this.shape(name);
    const { min, max, from, to, pattern } = shape;
    const found: { value: unknown; text: string }[] = [];
    const sized = (length: number) => {
      if (isMap(shape)) return this.map(shape, length);
      if (shape.entry !== undefined) return this.list(shape, length);
      return "a".repeat(length);
    };
    if (shape.enum)
      found.push({ value: "not one of the values", text: "Member must satisfy enum value set: [" });
    if (pattern !== undefined) {
      const value = mismatch(pattern);
      if (value !== undefined)
        found.push({ value, text: "Member must satisfy regular expression pattern: " });
    }
    if (min !== undefined && min > 0)
      found.push({ value: sized(min - 1), text: `Member must have length greater than or equal to ${min}` });
    if (max !== undefined && max < 100_000)
      found.push({ value: sized(max + 1), text: `Member must have length less than or equal to ${max}` });
    if (from !== undefined)
      found.push({ value: from - 1, text: `Member must have value greater than or equal to ${from}` });
    if (to !== undefined)
      found.push({ value: to + 1, text: `Member must have value less than or equal to ${to}` });
    return found;
  }
}

export const isMap = ({ key, value }: ShapeConstraints): boolean => key !== undefined || value !== undefined;

function scalar({ enum: values, from, to, pattern, min = 0, max = 1_000_000 }: ShapeConstraints): unknown {
  if (values) return values[0];
  if (from !== undefined || to !== undefined) return from ?? to;
  if (pattern === undefined) return "a".repeat(Math.max(min, Math.min(1, max)));
  const matches = (text: string) => wholeText(pattern).test(text) && text.length >= min && text.length <= max;
  const text = candidates(min, max).find(matches) ?? generated(pattern, matches);
  if (text === undefined) throw new Error(`no sample for the pattern ${pattern}`);
  return text;
}

/** Texts that match the patterns of the models. */
const candidates = (min: number, max: number): string[] => [
  ...["a", "1", "/", "A"].map((letter) => letter.repeat(Math.min(Math.max(min, 1), max))),
  "/a/",
  "v1",
  "000000000000",
  "arn:aws:iam::000000000000:role/a",
  "arn:aws:lambda:us-east-1:000000000000:function:a",
  "arn:aws:kinesis:us-east-1:000000000000:stream/a",
  "arn:aws:kinesis:us-east-1:000000000000:stream/a/consumer/a:1",
  "arn:aws:kms:us-east-1:000000000000:key/a",
  "arn:aws:s3:::a",
  "arn:aws:scheduler:us-east-1:000000000000:schedule-group/a",
  "arn:aws:sqs:us-east-1:000000000000:a",
  "arn:aws:es:us-east-1:000000000000:domain/abc",
  "arn:aws:glue:us-east-1:000000000000:catalog",
  "arn:aws:secretsmanager:us-east-1:000000000000:secret:a",
  "jdbc:redshift://a.redshift.amazonaws.com:5439/a",
  "https://a",
  "s3://ab",
  "lambda:InvokeFunction",
  "",
];

function generated(pattern: string, matches: (text: string) => boolean): string | undefined {
  try {
    return fc.sample(fc.stringMatching(wholeText(pattern)), { numRuns: 200, seed: 1 }).find(matches);
  } catch {
    return undefined;
  }
}

/** A text that does not match; undefined for patterns that match nearly everything. */
const mismatch = (pattern: string): string | undefined =>
  ["a b!*:/\\^", "\n", "\u0000", "", "::", "a"].find((text) => !wholeText(pattern).test(text));
