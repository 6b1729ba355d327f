import { AwsError } from "../../errors";
import { parsePolicy } from "../iam/policy/document";
import { evaluate } from "../iam/policy/evaluate";
import { lowerCased } from "../iam/policy/patterns";

export interface ServiceRequest {
  /** "sns.amazonaws.com" */
  readonly service: string;
  readonly action: string;
  readonly resource: string;
  /** On whose behalf. */
  readonly sourceArn: string;
  readonly accountId: string;
}

/** A service that acts in no role needs the resource's own policy to let it in. */
export function admitService(policy: string | undefined, request: ServiceRequest): void {
  const { service, action, resource, sourceArn, accountId } = request;
  const context = lowerCased({
    "aws:SourceArn": sourceArn,
    "aws:SourceAccount": accountId,
    "aws:SourceOwner": accountId,
    "aws:SecureTransport": "true",
  });
  const principal = { arns: [], accountId, service };
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
