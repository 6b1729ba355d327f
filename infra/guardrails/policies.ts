import { accessPolicies } from "./access";
import { operationPolicies, ownKeyPolicies } from "./operations";
import { pipelinePolicies } from "./pipeline";
import type { Policy } from "./policy";
import { sitePolicies } from "./site";
import { storagePolicies } from "./storage";

/** All guardrails. */
export const policies: readonly Policy[] = [
  ...storagePolicies,
  ...accessPolicies,
  ...pipelinePolicies,
  ...operationPolicies,
  ...sitePolicies,
  ...ownKeyPolicies,
];
