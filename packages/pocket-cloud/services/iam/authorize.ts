import type { Caller } from "../../caller";
import { AwsError } from "../../errors";
import type { Identities } from "../../service";
import { type Account, defaultVersion } from "./account";
import { parsePolicy, type Statement } from "./policy/document";
import { type Decision, evaluate, type Request } from "./policy/evaluate";
import { type Context, lowerCased } from "./policy/patterns";

/** Whether a caller's policies, and those on what it touches, allow an action. */
export function authorizer(account: Account): Identities["authorize"] {
  return (caller, action, resources, context = {}, policyOf = () => undefined) => {
    if (!caller.role) return;
    const role = account.store.roles.get(caller.role.name);
    const inline = Object.values(role?.inline ?? {}).flatMap(parsePolicy);
    const attached = (role?.attached ?? []).flatMap((arn) => managed(account, arn));
    const boundary = role?.boundary === undefined ? undefined : managed(account, role.boundary);
    let keys: Context | undefined;
    const keysOnce = () => {
      keys ??= contextOf(account, caller, context);
      return keys;
    };
    const principal = principalOf(caller);
    for (const resource of resources) {
      const request: Request = { action, resource, context: keysOnce, principal };
      const own = evaluate([...inline, ...attached], request);
      const bounded = boundary && own === "allow" ? evaluate(boundary, request) : undefined;
      const policy = policyOf(resource);
      const refusal = reasonAgainst(own, bounded, onResource(policy, request), action);
      if (refusal) throw denied(caller, action, resource, refusal);
    }
  };
}

interface OnResource {
  /** With the account counted among the caller's names. */
  readonly account: Decision;
  /** Only an allowance to the caller itself grants by itself; one to its account leaves it to identity policies. */
  readonly named: Decision;
}

function onResource(policy: string | undefined, request: Request): OnResource | undefined {
  if (policy === undefined) return undefined;
  const statements = parsePolicy(policy);
  const { principal = { arns: [] } } = request;
  return {
    account: evaluate(statements, request),
    named: evaluate(statements, { ...request, principal: { ...principal, accountId: "" } }),
  };
}

/** A key's policy is the root of all rights on it: identity policies count only where it leaves them the say. */
const decidesAlone = (action: string): boolean => action.startsWith("kms:");

function reasonAgainst(
  own: Decision,
  bounded: Decision | undefined,
  resource: OnResource | undefined,
  action: string,
) {
  if (own === "deny") return "with an explicit deny in an identity-based policy";
  if (resource?.account === "deny") return "with an explicit deny in a resource-based policy";
  if (bounded === "deny") return "with an explicit deny in a permissions boundary";
  if (resource?.named === "allow") return undefined;
  if (resource?.account === "implicit-deny" && decidesAlone(action))
    return `because no resource-based policy allows the ${action} action`;
  if (own === "implicit-deny") return `because no identity-based policy allows the ${action} action`;
  return bounded === "implicit-deny"
    ? `because no permissions boundary allows the ${action} action`
    : undefined;
}

function managed(account: Account, arn: string): readonly Statement[] {
  return parsePolicy(defaultVersion(account.policy(arn)).document);
}

const principalOf = (caller: Caller) => ({
  arns: [caller.arn, ...(caller.role ? [caller.role.arn] : [])],
  accountId: caller.accountId,
});

/** The global condition keys. Loopback counts as a secure transport: nothing leaves the machine. */
function contextOf({ cloud }: Account, caller: Caller, own: Readonly<Record<string, string>>): Context {
  const now = cloud.clock.now();
  const keys: Record<string, string> = {
    "aws:CurrentTime": new Date(now).toISOString(),
    "aws:EpochTime": String(Math.floor(now / 1000)),
    "aws:PrincipalAccount": caller.accountId,
    "aws:PrincipalArn": caller.role?.arn ?? caller.arn,
    "aws:PrincipalType": "AssumedRole",
    "aws:RequestedRegion": cloud.region,
    "aws:ResourceAccount": cloud.accountId,
    "aws:SecureTransport": "true",
    "aws:SourceIp": "127.0.0.1",
    "aws:userid": caller.userId,
    "aws:ViaAWSService": String(caller.viaService !== undefined),
    ...own,
  };
  return lowerCased(keys);
}

/** In AWS's words; S3 puts the resource in quotes. */
const denied = (caller: Caller, action: string, resource: string, reason: string): AwsError => {
  const shown = action.startsWith("s3:") ? `"${resource}"` : resource;
  const message = `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${shown} ${reason}`;
  return new AwsError("AccessDeniedException", message, 403);
};
