import { AwsError } from "../../../errors";
import { type Condition, isOperator } from "./conditions";

export interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly actions: Patterns;
  /** Absent in trust policies. */
  readonly resources?: Patterns;
  /** Absent in identity policies. */
  readonly principals?: Principals;
  readonly conditions: readonly Condition[];
}

/** A list, or everything but a list (NotAction, NotResource, NotPrincipal). */
export interface Patterns {
  readonly not: boolean;
  readonly values: readonly string[];
}

export interface Principals {
  readonly not: boolean;
  /** By kind: AWS, Service or Federated. "*" is listed under AWS. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

const cache = new Map<string, readonly Statement[]>();
const MAX_CACHED = 1000;

/** Parses a policy's JSON text; throws MalformedPolicyDocument. */
export function parsePolicy(text: string): readonly Statement[] {
  const cached = cache.get(text);
  if (cached) return cached;
  if (cache.size >= MAX_CACHED) cache.clear();
  const document = parseJson(text);
  const statements = asList(document.Statement).map(readStatement);
  if (statements.length === 0) throw malformed("Syntax errors in policy.");
  cache.set(text, statements);
  return statements;
}

function parseJson(text: string): Record<string, unknown> {
  try {
    const document: unknown = JSON.parse(text);
    if (isObject(document)) return document;
  } catch {}
  throw malformed("This policy contains invalid Json");
}

function readStatement(value: unknown): Statement {
  if (!isObject(value)) throw malformed("Syntax errors in policy.");
  const { Effect: effect } = value;
  if (effect !== "Allow" && effect !== "Deny") throw malformed("Invalid effect: it must be Allow or Deny.");
  const actions = patterns(value, "Action");
  if (!actions) throw malformed("Policy statement must contain actions.");
  const resources = patterns(value, "Resource");
  const principals = readPrincipals(value);
  return {
    effect,
    actions,
    conditions: readConditions(value.Condition),
    ...(resources && { resources }),
    ...(principals && { principals }),
  };
}

function patterns(statement: Record<string, unknown>, member: string): Patterns | undefined {
  const not = statement[`Not${member}`] !== undefined;
  const value = statement[not ? `Not${member}` : member];
  return value === undefined ? undefined : { not, values: asList(value).map(asText) };
}

function readPrincipals(statement: Record<string, unknown>): Principals | undefined {
  const not = statement.NotPrincipal !== undefined;
  const value = statement[not ? "NotPrincipal" : "Principal"];
  if (value === undefined) return undefined;
  if (value === "*") return { not, values: { AWS: ["*"] } };
  if (!isObject(value)) throw malformed("Invalid principal in policy.");
  return {
    not,
    values: Object.fromEntries(
      Object.entries(value).map(([kind, names]) => [kind, asList(names).map(asText)]),
    ),
  };
}

function readConditions(value: unknown): Condition[] {
  if (value === undefined) return [];
  if (!isObject(value)) throw malformed("Syntax errors in policy.");
  return Object.entries(value).flatMap(([operator, keys]) => {
    if (!isObject(keys)) throw malformed("Syntax errors in policy.");
    // A condition with an unknown operator would never match, so a Deny statement would deny nothing.
    if (!isOperator(operator)) throw malformed(`Invalid Condition type : ${operator}.`);
    return Object.entries(keys).map(([key, values]) => ({
      operator,
      key,
      values: asList(values).map(asText),
    }));
  });
}

const asList = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

function asText(value: unknown): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return String(value);
  throw malformed("Syntax errors in policy.");
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const malformed = (message: string): AwsError =>
  new AwsError("MalformedPolicyDocumentException", message);
