import { conditionMatches } from "./conditions";
import type { Patterns, Principals, Statement } from "./document";
import { type Context, matches, matchesResource, substitute } from "./patterns";

export interface Request {
  readonly action: string;
  readonly resource: string;
  /** A function, because it is needed only by conditions and variables, which few statements have. */
  readonly context: () => Context;
  /** Needed to evaluate policies with principals. */
  readonly principal?: Principal;
}

export interface Principal {
  /** The caller's ARN and, for a role session, the role's ARN. */
  readonly arns: readonly string[];
  readonly accountId: string;
  readonly service?: string;
}

export type Decision = "allow" | "deny" | "implicit-deny";

/** Evaluates policies for a request. One Deny overrides every Allow. */
export function evaluate(statements: readonly Statement[], request: Request): Decision {
  const matching = statements.filter((statement) => statementMatches(statement, request));
  if (matching.some(({ effect }) => effect === "Deny")) return "deny";
  return matching.length > 0 ? "allow" : "implicit-deny";
}

function statementMatches(statement: Statement, request: Request): boolean {
  return (
    isListed(statement.actions, (pattern) => matches(pattern, request.action, true)) &&
    (statement.resources === undefined || resourceMatches(statement.resources, request)) &&
    (statement.principals === undefined || principalMatches(statement.principals, request.principal)) &&
    statement.conditions.every((condition) => conditionMatches(condition, request.context()))
  );
}

const isListed = ({ not, values }: Patterns, test: (value: string) => boolean): boolean =>
  values.some(test) !== not;

/** An operation without a particular resource has the resource "*", which only the pattern "*" matches. */
function resourceMatches(resources: Patterns, request: Request): boolean {
  const { resource } = request;
  return isListed(resources, (value) => {
    const pattern = value.includes("${") ? substitute(value, request.context()) : value;
    if (pattern === undefined) return false;
    return resource === "*" ? pattern === "*" : matchesResource(pattern, resource);
  });
}

function principalMatches({ not, values }: Principals, principal: Principal | undefined): boolean {
  if (!principal) return false;
  const { arns, accountId, service } = principal;
  const names = new Set([...arns, accountId, `arn:aws:iam::${accountId}:root`]);
  const found =
    (values.AWS ?? []).some((name) => name === "*" || names.has(name)) ||
    (service !== undefined && (values.Service ?? []).includes(service));
  return found !== not;
}
