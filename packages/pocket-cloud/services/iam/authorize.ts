import type { Caller } from "../../caller";
import { AwsError } from "../../errors";
import type { ConditionKeys, Identities } from "../../service";
import { type Account, defaultVersion } from "./account";
import { parsePolicy, type Statement } from "./policy/document";
import { type Decision, evaluate, type Request } from "./policy/evaluate";
import { type Context, lowerCased } from "./policy/patterns";
import { authorizeService } from "./service-access";

/** Throws unless the caller's policies, or those of the resources, allow an action. */
export function authorizer(account: Account): Identities["authorize"] {
  return (caller, action, resources, context = {}, policyOf = () => undefined) => {
    if (caller.service) {
      const { accountId, service } = caller;
      const { name, sourceArn } = service;
      for (const resource of resources)
        authorizeService(policyOf(resource), {
          service: name,
          action,
          resource,
          sourceArn,
          accountId,
          context,
        });
      return;
    }
    if (!caller.role) {
      for (const resource of resources)
        refuseDenied(account, caller, { action, resource, own: context, policy: policyOf(resource) });
      return;
    }
    const role = account.store.roles.get(caller.role.name);
    const inline = Object.values(role?.inline ?? {}).flatMap(parsePolicy);
    const attached = (role?.attached ?? []).flatMap((arn) => managedPolicy(account, arn));
    const boundary = role?.boundary === undefined ? undefined : managedPolicy(account, role.boundary);
    let keys: Context | undefined;
    const contextKeys = () => {
      keys ??= contextOf(account, caller, context);
      return keys;
    };
    const principal = principalOf(caller);
    for (const resource of resources) {
      const request: Request = { action, resource, context: contextKeys, principal };
      const identity = evaluate([...inline, ...attached], request);
      const bounded = boundary && evaluate(boundary, request);
      const reason = denialReason(action, identity, bounded, byResource(policyOf(resource), request));
      if (reason) throw denied(caller, action, resource, reason);
    }
  };
}

/** The root user of an AWS account may always change the policy of a bucket (S3 API reference, PutBucketPolicy). */
const UNDENIABLE = new Set(["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"]);

interface Denial {
  readonly action: string;
  readonly resource: string;
  /** Condition keys of the operation. */
  readonly own: ConditionKeys;
  readonly policy: string | undefined;
}

/** The administrator, like the root user, is allowed everything but what a resource's policy denies. */
function refuseDenied(account: Account, caller: Caller, { action, resource, own, policy }: Denial): void {
  if (policy === undefined || UNDENIABLE.has(action)) return;
  const context = () => contextOf(account, caller, own);
  const request: Request = { action, resource, context, principal: principalOf(caller) };
  if (evaluate(readable(policy), request) === "deny")
    throw denied(caller, action, resource, "with an explicit deny in a resource-based policy");
}

/** A policy that cannot be read denies nothing, so that the administrator can replace it. */
function readable(policy: string): readonly Statement[] {
  try {
    return parsePolicy(policy);
  } catch {
    return [];
  }
}

interface ResourceDecision {
  /** When the policy's trust in the account counts as trust in the caller. */
  readonly account: Decision;
  /** When only trust in the caller itself counts. Only this grants access without an identity policy. */
  readonly caller: Decision;
  /** When only trust in the role's session counts, and not in the role. Only this passes by a permissions boundary. */
  readonly session: Decision;
}

function byResource(policy: string | undefined, request: Request): ResourceDecision | undefined {
  if (policy === undefined) return undefined;
  const statements = parsePolicy(policy);
  const { principal = { arns: [] } } = request;
  const trusting = (arns: readonly string[]) =>
    evaluate(statements, { ...request, principal: { arns, accountId: "" } });
  return {
    account: evaluate(statements, request),
    caller: trusting(principal.arns),
    session: trusting(principal.arns.slice(0, 1)),
  };
}

/** A KMS key's policy decides alone: identity policies count only where it delegates to the account. */
const resourcePolicyRequired = (action: string): boolean => action.startsWith("kms:");

function denialReason(
  action: string,
  identity: Decision,
  boundary: Decision | undefined,
  resource: ResourceDecision | undefined,
): string | undefined {
  const notAllowedBy = (kind: string) => `because no ${kind} allows the ${action} action`;
  if (identity === "deny") return "with an explicit deny in an identity-based policy";
  if (resource?.account === "deny") return "with an explicit deny in a resource-based policy";
  if (boundary === "deny") return "with an explicit deny in a permissions boundary";
  // IAM user guide, "Permissions boundaries for IAM entities": a boundary limits what a resource's policy grants to a
  // role, and not what it grants to the role's session.
  if (resource?.session === "allow") return undefined;
  if (resource?.caller === "allow")
    return boundary === "implicit-deny" ? notAllowedBy("permissions boundary") : undefined;
  if (resource?.account === "implicit-deny" && resourcePolicyRequired(action))
    return notAllowedBy("resource-based policy");
  if (identity === "implicit-deny") return notAllowedBy("identity-based policy");
  return boundary === "implicit-deny" ? notAllowedBy("permissions boundary") : undefined;
}

function managedPolicy(account: Account, arn: string): readonly Statement[] {
  return parsePolicy(defaultVersion(account.policy(arn)).document);
}

const principalOf = (caller: Caller) => ({
  arns: [caller.arn, ...(caller.role ? [caller.role.arn] : [])],
  accountId: caller.accountId,
});

/** The global condition keys, then the operation's own. Loopback counts as secure transport. */
function contextOf({ cloud }: Account, caller: Caller, own: ConditionKeys): Context {
  const now = cloud.clock.now();
  return lowerCased({
    "aws:CurrentTime": new Date(now).toISOString(),
    "aws:EpochTime": String(Math.floor(now / 1000)),
    "aws:PrincipalAccount": caller.accountId,
    "aws:PrincipalArn": caller.role?.arn ?? caller.arn,
    "aws:PrincipalType": caller.role ? "AssumedRole" : "Account",
    "aws:RequestedRegion": cloud.region,
    "aws:ResourceAccount": cloud.accountId,
    "aws:SecureTransport": "true",
    "aws:SourceIp": "127.0.0.1",
    "aws:userid": caller.userId,
    // False for a service that acts in a role of its own (IAM user guide, "AWS global condition context keys").
    "aws:ViaAWSService": String(caller.calledVia !== undefined),
    ...(caller.calledVia !== undefined && {
      "aws:CalledVia": [caller.calledVia],
      "aws:CalledViaFirst": caller.calledVia,
      "aws:CalledViaLast": caller.calledVia,
    }),
    ...own,
  });
}

/** S3 quotes the resource in this message; other services do not. */
const denied = (caller: Caller, action: string, resource: string, reason: string): AwsError => {
  const quoted = action.startsWith("s3:") ? `"${resource}"` : resource;
  const message = `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${quoted} ${reason}`;
  return new AwsError("AccessDeniedException", message, 403);
};
