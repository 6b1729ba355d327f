import type { ServiceConstraints, ShapeConstraints } from "./model";
import { shown } from "./text";

/** A member of an input that breaks a constraint. */
export interface Failure {
  /** Such as "records.1.member.data". */
  readonly path: string;
  /** Absent when a required member is missing. */
  readonly value?: unknown;
  /** Such as "Member must not be null". */
  readonly constraint: string;
  readonly sensitive: boolean;
}

/** Finds what breaks the constraints of an operation's input. Empty for a valid input. */
export type Validator = (input: object) => readonly Failure[];

/** AWS reports at most ten failures. Source: kinesalite, whose messages were compared with AWS. */
const MOST_FAILURES = 10;

/** A constraint on one value, and its text in messages. */
interface Constraint {
  readonly holds: (value: unknown) => boolean;
  readonly text: string;
}

/** Where a value is in the input; the path is built only for failures. */
type Trail = string[];

/** Checks what is inside a value. */
type Inside = (value: unknown, trail: Trail, failures: Failure[]) => void;

interface Compiled {
  readonly own: readonly Constraint[];
  readonly inside: Inside | undefined;
  readonly sensitive: boolean;
  readonly notNull: boolean;
}

const FREE: Compiled = { own: [], inside: undefined, sensitive: false, notNull: false };

/** Compiles the constraints of a service's operations. A shape is compiled once, at the first use of its operation. */
export class Validators {
  readonly #shapes = new Map<string, Compiled>();
  readonly #validators = new Map<string, Validator | undefined>();

  constructor(readonly constraints: ServiceConstraints) {}

  /** Undefined when the operation's input has no constraints. */
  of(operation: string): Validator | undefined {
    if (this.#validators.has(operation)) return this.#validators.get(operation);
    const made = this.#make(operation);
    this.#validators.set(operation, made);
    return made;
  }

  #make(operation: string): Validator | undefined {
    const shape = this.constraints.operations[operation];
    const inside = shape === undefined ? undefined : this.#shape(shape).inside;
    if (!inside) return undefined;
    return (input) => {
      const failures: Failure[] = [];
      inside(input, [], failures);
      return failures.slice(0, MOST_FAILURES);
    };
  }

  #shape(name: string | undefined): Compiled {
    if (name === undefined) return FREE;
    const known = this.#shapes.get(name);
    if (known) return known;
    const shape = this.constraints.shapes[name];
    if (!shape) throw new Error(`the constraints have no shape ${name}`);
    let inside: Inside | undefined;
    // A shape that contains itself refers to its own check before it exists.
    const forward: Compiled = {
      ...compileOwn(shape),
      inside: (value, trail, failures) => inside?.(value, trail, failures),
    };
    this.#shapes.set(name, forward);
    inside = this.#inside(shape);
    const compiled = { ...forward, inside };
    this.#shapes.set(name, compiled);
    return compiled;
  }

  #inside(shape: ShapeConstraints): Inside | undefined {
    if (shape.members ?? shape.required) return this.#structure(shape);
    return shape.entry === undefined
      ? map(this.#shape(shape.key), this.#shape(shape.value))
      : list(this.#shape(shape.entry));
  }

  #structure({ members = {}, required = [] }: ShapeConstraints): Inside {
    const checked = [...new Set([...Object.keys(members), ...required])].map((name) => ({
      name,
      label: lowerFirst(name),
      required: required.includes(name),
      ...this.#shape(members[name]),
    }));
    return (value, trail, failures) => {
      const input = value as Readonly<Record<string, unknown>>;
      for (const { name, label, required, own, inside, sensitive } of checked) {
        const member = input[name];
        if (member === undefined || member === null) {
          if (required)
            failures.push({
              path: pathOf(trail, label),
              constraint: "Member must not be null",
              sensitive: false,
            });
          continue;
        }
        for (const { holds, text } of own)
          if (!holds(member))
            failures.push({ path: pathOf(trail, label), value: member, constraint: text, sensitive });
        if (!inside) continue;
        trail.push(label);
        inside(member, trail, failures);
        trail.pop();
      }
    };
  }
}

/** AWS reports the entries that break a constraint once, for the list. */
function list(entry: Compiled): Inside | undefined {
  const { own, inside } = entry;
  if (own.length === 0 && !inside) return undefined;
  const text = `Member must satisfy constraint: ${inBrackets(entry)}`;
  return (value, trail, failures) => {
    if (!Array.isArray(value)) return;
    if (value.some((each) => isPresent(each) && !holdsAll(own, each)))
      failures.push({ path: trail.join("."), value, constraint: text, sensitive: entry.sensitive });
    if (!inside) return;
    value.forEach((each: unknown, index) => {
      if (!isPresent(each)) return;
      trail.push(`${index + 1}.member`);
      inside(each, trail, failures);
      trail.pop();
    });
  };
}

function map(key: Compiled, entry: Compiled): Inside | undefined {
  if (key.own.length === 0 && entry.own.length === 0 && !entry.inside) return undefined;
  const keyText = `Map keys must satisfy constraint: ${inBrackets(key)}`;
  const valueText = `Map value must satisfy constraint: ${inBrackets(entry)}`;
  const { inside } = entry;
  return (value, trail, failures) => {
    const entries = Object.entries(value as object);
    const sensitive = key.sensitive || entry.sensitive;
    if (entries.some(([name]) => !holdsAll(key.own, name)))
      failures.push({ path: trail.join("."), value, constraint: keyText, sensitive });
    if (entries.some(([, each]) => isPresent(each) && !holdsAll(entry.own, each)))
      failures.push({ path: trail.join("."), value, constraint: valueText, sensitive });
    if (!inside) return;
    for (const [name, each] of entries) {
      if (!isPresent(each)) continue;
      trail.push(`${name}.member`);
      inside(each, trail, failures);
      trail.pop();
    }
  };
}

/** The constraints on one value, in the order of AWS's messages. */
function compileOwn(shape: ShapeConstraints): Compiled {
  const own: Constraint[] = [];
  const { min, max, from, to, enum: values, pattern } = shape;
  if (pattern !== undefined) {
    const expression = wholeText(pattern);
    own.push({
      holds: (value) => typeof value !== "string" || expression.test(value),
      text: `Member must satisfy regular expression pattern: ${pattern}`,
    });
  }
  if (values) {
    const allowed = new Set(values);
    own.push({
      holds: (value) => typeof value !== "string" || allowed.has(value),
      text: `Member must satisfy enum value set: [${values.join(", ")}]`,
    });
  }
  if (min !== undefined)
    own.push({
      holds: (value) => (lengthOf(value) ?? min) >= min,
      text: `Member must have length greater than or equal to ${min}`,
    });
  if (max !== undefined)
    own.push({
      holds: (value) => (lengthOf(value) ?? max) <= max,
      text: `Member must have length less than or equal to ${max}`,
    });
  if (from !== undefined)
    own.push({
      holds: (value) => typeof value !== "number" || value >= from,
      text: `Member must have value greater than or equal to ${from}`,
    });
  if (to !== undefined)
    own.push({
      holds: (value) => typeof value !== "number" || value <= to,
      text: `Member must have value less than or equal to ${to}`,
    });
  return { own, inside: undefined, sensitive: shape.sensitive === true, notNull: shape.notNull === true };
}

/** In brackets AWS lists the greatest length first and the pattern last. */
const inBrackets = ({ own, notNull }: Compiled): string =>
  `[${[...own.map(({ text }) => text).reverse(), ...(notNull ? ["Member must not be null"] : [])].join(", ")}]`;

const holdsAll = (own: readonly Constraint[], value: unknown): boolean =>
  own.every(({ holds }) => holds(value));

/** Java's regular expressions match whole texts here. Some patterns are invalid with the flag u, others without. */
export function wholeText(pattern: string): RegExp {
  const source = `^(?:${pattern.replaceAll("(?i)", "")})$`;
  const flags = pattern.includes("(?i)") ? "i" : "";
  try {
    return new RegExp(source, `${flags}u`);
  } catch {
    return new RegExp(source, flags);
  }
}

/** Undefined for streams, whose length is not known. */
function lengthOf(value: unknown): number | undefined {
  if (typeof value === "string" || Array.isArray(value)) return value.length;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  return isRecord(value) ? Object.keys(value).length : undefined;
}

const isRecord = (value: unknown): value is object =>
  typeof value === "object" &&
  value !== null &&
  [Object.prototype, null].includes(Object.getPrototypeOf(value));

const isPresent = (value: unknown): boolean => value !== undefined && value !== null;

const pathOf = (trail: Trail, label: string): string =>
  trail.length === 0 ? label : `${trail.join(".")}.${label}`;

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** AWS's combined message. */
export function messageOf(failures: readonly Failure[]): string {
  const noun = failures.length === 1 ? "error" : "errors";
  return `${failures.length} validation ${noun} detected: ${failures.map(describe).join("; ")}`;
}

function describe({ path, value, constraint, sensitive }: Failure): string {
  const text = value === undefined ? " null" : sensitive ? "" : ` '${shown(value)}'`;
  return `Value${text} at '${path}' failed to satisfy constraint: ${constraint}`;
}
