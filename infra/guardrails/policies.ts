import { accessPolicies } from "./access";
import { operationPolicies } from "./operations";
import { ownKeyPolicies } from "./own-key";
import type { Policy } from "./policy";
import { servicePolicies } from "./services";
import { storagePolicies } from "./storage";

/** Every guardrail. */
export const policies: readonly Policy[] = [
  ...storagePolicies,
  ...accessPolicies,
  ...servicePolicies,
  ...operationPolicies,
  ...ownKeyPolicies,
];
