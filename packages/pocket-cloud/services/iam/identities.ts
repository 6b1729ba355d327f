import type { Caller } from "../../caller";
import { AwsError, validationError } from "../../errors";
import type { ConditionKeys, Identities } from "../../service";
import { type Account, noSuchEntity } from "./account";
import { authorizer } from "./authorize";
import { contextOf, principalOf } from "./context";
import type { Keys } from "./keys";
import { parsePolicy } from "./policy/document";
import { evaluate } from "./policy/evaluate";
import type { Role } from "./store";
import { issueCredentials, readCredentials } from "./temporary";

/** AWS's limit for a session that a role session opens. */
const MAX_CHAINED_SECONDS = 3600;

const ASSUME = "sts:AssumeRole";
/** Needed besides for a session with tags (IAM user guide, "Pass session tags in AWS STS"). */
const TAG = "sts:TagSession";

/** Finds callers by access key, opens role sessions, and authorizes calls. `extraKeys` also sign as administrator. */
export function identitiesOf(account: Account, keys: Keys, extraKeys?: Keys["administrator"]): Identities {
  const { accountId, clock } = account.cloud;
  const { roles } = account.store;
  const administrator: Caller = { accountId, arn: `arn:aws:iam::${accountId}:root`, userId: accountId };
  const authorize = authorizer(account);

  const callerOf = (role: Role, sessionName: string, service?: string): Caller => ({
    accountId,
    arn: `arn:aws:sts::${accountId}:assumed-role/${role.name}/${sessionName}`,
    userId: `${role.id}:${sessionName}`,
    role: { arn: role.arn, name: role.name, sessionName },
    ...(service !== undefined && { viaService: service }),
  });

  const findRole = (arn: string): Role | undefined => {
    const role = roles.get(arn.split("/").at(-1) ?? "");
    return role?.arn === arn ? role : undefined;
  };
  const roleByArn = (arn: string): Role => {
    const role = findRole(arn);
    if (role) return role;
    throw noSuchEntity(`The role ${arn} cannot be found.`);
  };

  /** The context keys against the confused-deputy problem name the account and the source. */
  const trustsService = (role: Role, service: string, sourceArn?: string): boolean =>
    evaluate(parsePolicy(role.trust), {
      action: ASSUME,
      resource: role.arn,
      context: () => ({
        // AWS documents the external ID for Firehose (Firehose developer guide, "Allow Firehose to assume an IAM role").
        ...(service === "firehose.amazonaws.com"
          ? { "sts:externalid": accountId }
          : { "aws:sourceaccount": accountId }),
        ...(sourceArn !== undefined && { "aws:sourcearn": sourceArn }),
      }),
      principal: { arns: [], accountId: "", service },
    }) === "allow";

  const trusts = (
    policy: string,
    caller: Caller,
    action: string,
    resource: string,
    keys: ConditionKeys = {},
  ): boolean =>
    evaluate(parsePolicy(policy), {
      action,
      resource,
      context: () => contextOf(account, caller, keys),
      principal: principalOf(caller),
    }) === "allow";

  /**
   * The trust policy must allow the caller, and then decides like a resource policy: trust in the caller's own ARN is
   * enough unless a policy of the caller denies, and trust in the account also needs an identity policy of the caller.
   */
  const canAssume = (caller: Caller, role: Role, action: string, keys: ConditionKeys): boolean => {
    if (!trusts(role.trust, caller, action, role.arn, keys)) return false;
    authorize(caller, action, [role.arn], keys, () => role.trust);
    return true;
  };

  return {
    administrator,
    authorize,
    trusts,
    byAccessKey: (accessKeyId, sessionToken) => {
      if (accessKeyId === keys.administrator.accessKeyId)
        return { caller: administrator, secretAccessKey: keys.administrator.secretAccessKey };
      if (extraKeys && accessKeyId === extraKeys.accessKeyId)
        return { caller: administrator, secretAccessKey: extraKeys.secretAccessKey, guessable: true };
      const session = readCredentials(keys.tokenSecret, accessKeyId, sessionToken, clock.now());
      const { grant } = session;
      const caller: Caller = {
        ...callerOf(roleByArn(session.roleArn), session.sessionName),
        ...(grant && { session: grant }),
      };
      return { caller, secretAccessKey: session.secretAccessKey };
    },
    credentialsFor: (roleArn, sessionName, _service, seconds, grant) => {
      const role = roleByArn(roleArn);
      const expires = clock.now() + (seconds ?? role.maxSessionSeconds) * 1000;
      return issueCredentials(keys.tokenSecret, {
        roleArn: role.arn,
        sessionName,
        expires,
        ...(grant && { grant }),
      });
    },
    assume: (roleArn, sessionName, service, sourceArn) => {
      const role = roleByArn(roleArn);
      if (!trustsService(role, service, sourceArn)) throw assumeDenied(service, role.arn);
      return callerOf(role, sessionName, service);
    },
    assumeAs: (caller, roleArn, sessionName, context = {}, seconds = 0, tagged = false) => {
      const role = findRole(roleArn);
      const keys = { "sts:RoleSessionName": sessionName, ...context };
      if (!role) throw assumeDenied(caller.arn, roleArn);
      for (const action of tagged ? [ASSUME, TAG] : [ASSUME])
        if (!canAssume(caller, role, action, keys)) throw assumeDenied(caller.arn, roleArn, action);
      if (seconds > role.maxSessionSeconds)
        throw validationError(
          "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        );
      if (caller.role && seconds > MAX_CHAINED_SECONDS)
        throw validationError(
          "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        );
      return callerOf(role, sessionName);
    },
  };
}

const assumeDenied = (user: string, roleArn: string, action = ASSUME): AwsError =>
  new AwsError(
    "AccessDeniedException",
    `User: ${user} is not authorized to perform: ${action} on resource: ${roleArn}`,
    403,
  );
