import type { Caller } from "../../caller";
import { AwsError } from "../../errors";
import type { CloudContext, Identities } from "../../service";
import type { Keys } from "./keys";
import type { IamStore, Role } from "./store";
import { issueCredentials, readCredentials } from "./temporary";

const SESSION_SECONDS = 3600;

/** Who is who: keys to callers, roles to sessions. */
export function identitiesOf(cloud: CloudContext, store: IamStore, keys: Keys): Identities {
  const administrator: Caller = {
    accountId: cloud.accountId,
    arn: `arn:aws:iam::${cloud.accountId}:root`,
    userId: cloud.accountId,
  };

  const callerOf = (role: Role, sessionName: string, service?: string): Caller => ({
    accountId: cloud.accountId,
    arn: `arn:aws:sts::${cloud.accountId}:assumed-role/${role.name}/${sessionName}`,
    userId: `${role.id}:${sessionName}`,
    role: { arn: role.arn, name: role.name, sessionName },
    ...(service !== undefined && { viaService: service }),
  });

  const roleByArn = (arn: string): Role => {
    const role = store.roles.get(arn.split("/").at(-1) ?? "");
    if (role?.arn === arn) return role;
    throw new AwsError("NoSuchEntityException", `The role ${arn} cannot be found.`, 404);
  };

  return {
    administrator,
    byAccessKey: (accessKeyId, sessionToken) => {
      if (accessKeyId === keys.administrator.accessKeyId)
        return { caller: administrator, secretAccessKey: keys.administrator.secretAccessKey };
      const session = readCredentials(keys.tokenSecret, accessKeyId, sessionToken, cloud.clock.now());
      const role = roleByArn(session.roleArn);
      return { caller: callerOf(role, session.sessionName), secretAccessKey: session.secretAccessKey };
    },
    credentialsFor: (roleArn, sessionName) =>
      issueCredentials(keys.tokenSecret, {
        roleArn: roleByArn(roleArn).arn,
        sessionName,
        expires: cloud.clock.now() + SESSION_SECONDS * 1000,
      }),
    assume: (roleArn, sessionName, service) => callerOf(roleByArn(roleArn), sessionName, service),
    authorize: () => {},
  };
}
