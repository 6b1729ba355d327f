import { join } from "node:path";
import type { CloudContext, Identities, Service } from "../../service";
import { identitiesOf } from "./identities";
import { keysOf } from "./keys";
import { IamStore } from "./store";

export interface IamService extends Service<"iam"> {
  readonly identities: Identities;
  /** The permanent keys of the local administrator. */
  readonly administratorKeys: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export function iam(cloud: CloudContext): IamService {
  const dir = join(cloud.dir, "iam");
  const keys = keysOf(dir);
  const store = new IamStore(dir);
  return {
    name: "iam",
    operations: {},
    identities: identitiesOf(cloud, store, keys),
    administratorKeys: keys.administrator,
  };
}
