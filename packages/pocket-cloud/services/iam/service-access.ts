import { AwsError } from "../../errors";
import type { ConditionKeys } from "../../service";
import { parsePolicy } from "./policy/document";
import { evaluate } from "./policy/evaluate";
import { lowerCased } from "./policy/patterns";

interface ServiceRequest {
  /** The service principal, such as "sns.amazonaws.com". */
  readonly service: string;
  readonly action: string;
  readonly resource: string;
  /** The resource on whose behalf the service acts, such as a topic. */
  readonly sourceArn: string;
  readonly accountId: string;
  /** Condition keys of the operation. */
  readonly context?: ConditionKeys;
}

/** Throws unless the resource's policy allows the action to a service that acts without a role. */
export function authorizeService(policy: string | undefined, request: ServiceRequest): void {
  const { service, action, resource, sourceArn, accountId } = request;
  const context = lowerCased({
    "aws:SourceArn": sourceArn,
    "aws:SourceAccount": accountId,
    "aws:SourceOwner": accountId,
    "aws:SecureTransport": "true",
    ...request.context,
  });
  // A policy that trusts the account does not trust services.
  const principal = { arns: [], accountId: "", service };
  const decision = policy
    ? evaluate(parsePolicy(policy), { action, resource, context: () => context, principal })
    : "implicit-deny";
  if (decision !== "allow")
    throw new AwsError(
      "AccessDeniedException",
      `${service} is not authorized to perform: ${action} on resource: ${resource} because no resource-based policy allows the ${action} action`,
      403,
    );
}
