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

/** The account's roles and policies, and the identities of callers. */
export function iam(cloud: CloudContext, extraKeys?: AdministratorKeys): IamService {
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
    identities: identitiesOf(account, keys, extraKeys),
    administratorKeys: keys.administrator,
  };
}
