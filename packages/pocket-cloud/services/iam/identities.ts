import type { Caller } from "../../caller";
import { AwsError, validationError } from "../../errors";
import type { Identities } from "../../service";
import { type Account, noSuchEntity } from "./account";
import { authorizer } from "./authorize";
import type { Keys } from "./keys";
import { parsePolicy } from "./policy/document";
import { evaluate } from "./policy/evaluate";
import { lowerCased } from "./policy/patterns";
import type { Role } from "./store";
import { issueCredentials, readCredentials } from "./temporary";

/** A session of a role in a role's session lasts no longer. */
const CHAINED_SECONDS = 3600;

/** Who is who: keys to callers, roles to sessions. */
export function identitiesOf(account: Account, keys: Keys, further?: Keys["administrator"]): Identities {
  const { accountId, clock } = account.cloud;
  const administrator: Caller = { accountId, arn: `arn:aws:iam::${accountId}:root`, userId: accountId };

  const callerOf = (role: Role, sessionName: string, service?: string): Caller => ({
    accountId,
    arn: `arn:aws:sts::${accountId}:assumed-role/${role.name}/${sessionName}`,
    userId: `${role.id}:${sessionName}`,
    role: { arn: role.arn, name: role.name, sessionName },
    ...(service !== undefined && { viaService: service }),
  });

  const roleByArn = (arn: string): Role => {
    const role = account.store.roles.get(arn.split("/").at(-1) ?? "");
    if (role?.arn === arn) return role;
    throw noSuchEntity(`The role ${arn} cannot be found.`);
  };

  /** The trust policy decides who acts in a role; confused-deputy conditions name the account and the source. */
  const checkTrust = (role: Role, service: string, sourceArn?: string): void => {
    const decision = evaluate(parsePolicy(role.trust), {
      action: "sts:AssumeRole",
      resource: role.arn,
      context: () => ({
        "aws:sourceaccount": accountId,
        ...(sourceArn !== undefined && { "aws:sourcearn": sourceArn }),
      }),
      principal: { arns: [], accountId: "", service },
    });
    if (decision !== "allow")
      throw new AwsError(
        "AccessDeniedException",
        `User: ${service} is not authorized to perform: sts:AssumeRole on resource: ${role.arn}`,
        403,
      );
  };

  const authorize = authorizer(account);

  /** Trust in a principal by its own ARN is enough; trust in the account leaves it to the account's policies. */
  const mayAssume = (caller: Caller, role: Role, context: Readonly<Record<string, string>>): boolean => {
    const trusts = (arns: readonly string[], ofAccount: string) =>
      evaluate(parsePolicy(role.trust), {
        action: "sts:AssumeRole",
        resource: role.arn,
        context: () => lowerCased(context),
        principal: { arns, accountId: ofAccount },
      });
    const arns = [caller.arn, ...(caller.role ? [caller.role.arn] : [])];
    if (trusts(arns, caller.accountId) !== "allow") return false;
    const trustedByName = trusts(arns, "") === "allow";
    if (!trustedByName) authorize(caller, "sts:AssumeRole", [role.arn]);
    return true;
  };

  return {
    administrator,
    byAccessKey: (accessKeyId, sessionToken) => {
      if (accessKeyId === keys.administrator.accessKeyId)
        return { caller: administrator, secretAccessKey: keys.administrator.secretAccessKey };
      if (further && accessKeyId === further.accessKeyId)
        return { caller: administrator, secretAccessKey: further.secretAccessKey, guessable: true };
      const session = readCredentials(keys.tokenSecret, accessKeyId, sessionToken, clock.now());
      const caller = callerOf(roleByArn(session.roleArn), session.sessionName);
      return { caller, secretAccessKey: session.secretAccessKey };
    },
    credentialsFor: (roleArn, sessionName, _service, seconds) => {
      const role = roleByArn(roleArn);
      const expires = clock.now() + (seconds ?? role.maxSessionSeconds) * 1000;
      return issueCredentials(keys.tokenSecret, { roleArn: role.arn, sessionName, expires });
    },
    assume: (roleArn, sessionName, service, sourceArn) => {
      const role = roleByArn(roleArn);
      checkTrust(role, service, sourceArn);
      return callerOf(role, sessionName, service);
    },
    assumeAs: (caller, roleArn, sessionName, context = {}, seconds = 0) => {
      const role = account.store.roles.get(roleArn.split("/").at(-1) ?? "");
      if (role?.arn !== roleArn || !mayAssume(caller, role, context))
        throw new AwsError(
          "AccessDeniedException",
          `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
          403,
        );
      if (seconds > role.maxSessionSeconds)
        throw validationError(
          "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        );
      if (caller.role && seconds > CHAINED_SECONDS)
        throw validationError(
          "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        );
      return callerOf(role, sessionName);
    },
    authorize,
  };
}
