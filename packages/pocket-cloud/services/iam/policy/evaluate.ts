import { conditionHolds } from "./conditions";
import type { Patterns, Principals, Statement } from "./document";
import { type Context, matches, matchesArn, substitute } from "./patterns";

export interface Request {
  readonly action: string;
  readonly resource: string;
  /** Asked for only by conditions and variables, which few statements have. */
  readonly context: () => Context;
  /** Who asks, for policies with principals. */
  readonly principal?: Principal;
}

export interface Principal {
  /** The caller's ARN, and that of the role behind a session. */
  readonly arns: readonly string[];
  readonly accountId: string;
  readonly service?: string;
}

export type Decision = "allow" | "deny" | "implicit-deny";

/** What a set of policies says to a request: one deny outweighs every allow. */
export function evaluate(statements: readonly Statement[], request: Request): Decision {
  const applying = statements.filter((statement) => applies(statement, request));
  if (applying.some(({ effect }) => effect === "Deny")) return "deny";
  return applying.length > 0 ? "allow" : "implicit-deny";
}

function applies(statement: Statement, request: Request): boolean {
  return (
    listed(statement.actions, (pattern) => matches(pattern, request.action, true)) &&
    (statement.resources === undefined || resourceListed(statement.resources, request)) &&
    (statement.principals === undefined || principalListed(statement.principals, request.principal)) &&
    statement.conditions.every((condition) => conditionHolds(condition, request.context()))
  );
}

const listed = ({ not, values }: Patterns, holds: (value: string) => boolean): boolean =>
  values.some(holds) !== not;

/** An operation without a particular resource asks for "*", which only a statement on "*" grants. */
function resourceListed(resources: Patterns, request: Request): boolean {
  const { resource } = request;
  return listed(resources, (value) => {
    const pattern = value.includes("${") ? substitute(value, request.context()) : value;
    if (pattern === undefined) return false;
    return resource === "*" ? pattern === "*" : matchesArn(pattern, resource);
  });
}

function principalListed({ not, values }: Principals, principal: Principal | undefined): boolean {
  if (!principal) return false;
  const { arns, accountId, service } = principal;
  const own = new Set([...arns, accountId, `arn:aws:iam::${accountId}:root`]);
  const found =
    (values.AWS ?? []).some((name) => name === "*" || own.has(name)) ||
    (service !== undefined && (values.Service ?? []).includes(service));
  return found !== not;
}
