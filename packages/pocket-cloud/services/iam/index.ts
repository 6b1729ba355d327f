import { join } from "node:path";
import type { CloudContext, Identities, Service } from "../../service";
import { Account } from "./account";
import { identitiesOf } from "./identities";
import { type Keys, keysOf } from "./keys";
import { policyOperations } from "./operations/policies";
import { policyVersionOperations } from "./operations/policy-versions";
import { rolePolicyOperations } from "./operations/role-policies";
import { roleOperations } from "./operations/roles";
import { IamStore } from "./store";

export type AdministratorKeys = Keys["administrator"];

export interface IamService extends Service<"iam"> {
  readonly identities: Identities;
  /** The permanent keys of the local administrator. */
  readonly administratorKeys: AdministratorKeys;
}

/** Roles and policies of the one account, and who is who by them. */
export function iam(cloud: CloudContext, further?: AdministratorKeys): IamService {
  const dir = join(cloud.dir, "iam");
  const keys = keysOf(dir);
  const account = new Account(cloud, new IamStore(dir));
  return {
    name: "iam",
    operations: {
      ...roleOperations(account),
      ...rolePolicyOperations(account),
      ...policyOperations(account),
      ...policyVersionOperations(account),
    },
    identities: identitiesOf(account, keys, further),
    administratorKeys: keys.administrator,
  };
}
