import { AwsError } from "./errors";

/** Constraints on the members of an input that its model does not have. */
export type Rules = Readonly<Record<string, Rule>>;

export interface Rule {
  /** Characters of a string, entries of a list, or bytes of a blob. */
  readonly length?: readonly [min: number, max: number];
  /** The whole value must match. */
  readonly pattern?: RegExp;
  readonly range?: readonly [min: number, max: number];
  readonly oneOf?: readonly string[];
  /** Messages do not show the value. */
  readonly sensitive?: boolean;
  /** Rules for each entry of a list, or for the members of a structure. */
  readonly each?: Rules | Rule;
}

/** Throws AWS's combined error with every member that breaks its rule. */
export function checkRules(input: object, rules: Rules, code = "ValidationException"): void {
  const failures: string[] = [];
  collect(input, rules, "", failures);
  if (failures.length === 0) return;
  const noun = failures.length === 1 ? "error" : "errors";
  throw new AwsError(code, `${failures.length} validation ${noun} detected: ${failures.join("; ")}`);
}

function collect(input: object, rules: Rules, path: string, failures: string[]): void {
  for (const [member, rule] of Object.entries(rules)) {
    const value = (input as Record<string, unknown>)[member];
    if (value !== undefined && value !== null) check(value, rule, path + lowerFirst(member), failures);
  }
}

function check(value: unknown, rule: Rule, path: string, failures: string[]): void {
  const fail = (constraint: string) =>
    failures.push(
      `Value ${rule.sensitive ? "" : `${show(value)} `}at '${path}' failed to satisfy constraint: Member must ${constraint}`,
    );
  if (rule.length) {
    const length = sizeOf(value);
    if (length < rule.length[0]) fail(`have length greater than or equal to ${rule.length[0]}`);
    if (length > rule.length[1]) fail(`have length less than or equal to ${rule.length[1]}`);
  }
  if (
    rule.pattern &&
    typeof value === "string" &&
    !new RegExp(`^(?:${rule.pattern.source})$`, "u").test(value)
  )
    fail(`satisfy regular expression pattern: ${rule.pattern.source}`);
  if (rule.range && typeof value === "number") {
    if (value < rule.range[0]) fail(`have value greater than or equal to ${rule.range[0]}`);
    if (value > rule.range[1]) fail(`have value less than or equal to ${rule.range[1]}`);
  }
  if (rule.oneOf && !rule.oneOf.includes(String(value)))
    fail(`satisfy enum value set: [${rule.oneOf.join(", ")}]`);
  if (rule.each) checkEach(value, rule.each, path, failures);
}

function checkEach(value: unknown, each: Rules | Rule, path: string, failures: string[]): void {
  if (!Array.isArray(value)) {
    if (typeof value === "object" && value !== null) collect(value, each as Rules, `${path}.`, failures);
    return;
  }
  value.forEach((entry: unknown, index) => {
    const entryPath = `${path}.${index + 1}.member`;
    if (typeof entry === "object" && entry !== null && !ArrayBuffer.isView(entry))
      collect(entry, each as Rules, `${entryPath}.`, failures);
    else check(entry, each as Rule, entryPath, failures);
  });
}

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

function sizeOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  return typeof value === "string" || Array.isArray(value)
    ? value.length
    : Object.keys(value as object).length;
}

/** Longest text of a value in a message. */
const MAX_SHOWN = 500;

function show(value: unknown): string {
  const text = ArrayBuffer.isView(value)
    ? shownBytes(value)
    : typeof value === "object"
      ? JSON.stringify(value, byLength)
      : String(value);
  return `'${text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text}'`;
}

/** Reads the raw value from `this`, because Buffer.toJSON runs before the replacer. */
function byLength(this: Readonly<Record<string, unknown>>, name: string, value: unknown): unknown {
  const inner = this[name];
  return ArrayBuffer.isView(inner) ? shownBytes(inner) : value;
}

/** The text of a Java buffer, as in AWS's messages. */
const shownBytes = ({ byteLength }: ArrayBufferView): string =>
  `java.nio.HeapByteBuffer[pos=0 lim=${byteLength} cap=${byteLength}]`;
