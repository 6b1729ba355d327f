import type { ServiceFactory } from "../../service";
import { assumeRole } from "./operations/assume-role";
import { getCallerIdentity } from "./operations/get-caller-identity";

export const sts: ServiceFactory<"sts"> = (cloud) => ({
  name: "sts",
  operations: { AssumeRole: assumeRole(cloud), GetCallerIdentity: getCallerIdentity },
});
