import type { Caller } from "../../caller";
import type { ConditionKeys } from "../../service";
import type { Account } from "./account";
import { type Context, lowerCased } from "./policy/patterns";

export const principalOf = (caller: Caller) => ({
  arns: [caller.arn, ...(caller.role ? [caller.role.arn] : [])],
  accountId: caller.accountId,
});

/** The global condition keys, then the operation's own. Loopback counts as secure transport. */
export function contextOf(account: Account, caller: Caller, own: ConditionKeys): Context {
  const { cloud } = account;
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
    ...principalTags(account, caller),
    ...(caller.calledVia !== undefined && {
      "aws:CalledVia": [caller.calledVia],
      "aws:CalledViaFirst": caller.calledVia,
      "aws:CalledViaLast": caller.calledVia,
    }),
    ...own,
  });
}

/** Tags of the role, and those of the session before them (IAM user guide, "Pass session tags in AWS STS"). */
function principalTags(account: Account, { role, session }: Caller): ConditionKeys {
  const tags = { ...(role && account.store.roles.get(role.name)?.tags), ...session?.tags };
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]));
}
