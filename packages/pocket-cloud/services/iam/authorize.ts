import type { Caller } from "../../caller";
import { AwsError } from "../../errors";
import { conditionKeysOf, type GivenKeys, type Identities } from "../../service";
import { type Account, defaultVersion } from "./account";
import { contextOf, principalOf } from "./context";
import { parsePolicy, type Statement } from "./policy/document";
import { type Decision, evaluate, type Request } from "./policy/evaluate";
import type { Context } from "./policy/patterns";
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
          context: conditionKeysOf(context),
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
    const session = sessionPolicies(account, caller);
    const boundary = role?.boundary === undefined ? undefined : managedPolicy(account, role.boundary);
    let keys: Context | undefined;
    const contextKeys = () => {
      keys ??= contextOf(account, caller, conditionKeysOf(context));
      return keys;
    };
    const principal = principalOf(caller);
    for (const resource of resources) {
      const request: Request = { action, resource, context: contextKeys, principal };
      const identity = evaluate([...inline, ...attached], request);
      const reason = denialReason(action, {
        identity,
        session: session && evaluate(session, request),
        boundary: boundary && evaluate(boundary, request),
        resource: byResource(policyOf(resource), request),
      });
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
  readonly own: GivenKeys;
  readonly policy: string | undefined;
}

/** The administrator, like the root user, is allowed everything but what a resource's policy denies. */
function refuseDenied(account: Account, caller: Caller, { action, resource, own, policy }: Denial): void {
  if (policy === undefined || UNDENIABLE.has(action)) return;
  const context = () => contextOf(account, caller, conditionKeysOf(own));
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

interface Decisions {
  readonly identity: Decision;
  readonly session: Decision | undefined;
  readonly boundary: Decision | undefined;
  readonly resource: ResourceDecision | undefined;
}

function denialReason(
  action: string,
  { identity, session, boundary, resource }: Decisions,
): string | undefined {
  const denies = (kind: string) => `with an explicit deny in ${kind}`;
  if (identity === "deny") return denies("an identity-based policy");
  if (resource?.account === "deny") return denies("a resource-based policy");
  if (boundary === "deny") return denies("a permissions boundary");
  if (session === "deny") return denies("a session policy");
  // IAM user guide, "Permissions boundaries for IAM entities" and "Session policies": they limit what a resource's policy
  // grants to a role, and not what it grants to the role's session.
  if (resource?.session === "allow") return undefined;
  const because = (kind: string) => `because no ${kind} allows the ${action} action`;
  if (resource?.caller !== "allow") {
    if (resource?.account === "implicit-deny" && resourcePolicyRequired(action))
      return because("resource-based policy");
    if (identity === "implicit-deny") return because("identity-based policy");
  }
  if (boundary === "implicit-deny") return because("permissions boundary");
  return session === "implicit-deny" ? because("session policy") : undefined;
}

/** The session's policies; undefined for a session without any, which they do not limit. */
function sessionPolicies(account: Account, { session }: Caller): readonly Statement[] | undefined {
  const { policies = [], policyArns = [] } = session ?? {};
  if (policies.length + policyArns.length === 0) return undefined;
  return [...policies.flatMap(parsePolicy), ...policyArns.flatMap((arn) => managedPolicy(account, arn))];
}

function managedPolicy(account: Account, arn: string): readonly Statement[] {
  return parsePolicy(defaultVersion(account.policy(arn)).document);
}

/** S3 quotes the resource in this message; other services do not. */
const denied = (caller: Caller, action: string, resource: string, reason: string): AwsError => {
  const quoted = action.startsWith("s3:") ? `"${resource}"` : resource;
  const message = `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${quoted} ${reason}`;
  return new AwsError("AccessDeniedException", message, 403);
};
