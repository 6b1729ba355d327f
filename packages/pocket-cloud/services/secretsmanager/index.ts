import type { ServiceFactory } from "../../service";
import { secretOperations } from "./operations/secrets";
import { versionOperations } from "./operations/versions";
import { SecretStore } from "./store";

export const secretsmanager: ServiceFactory<"secretsmanager"> = (cloud) => {
  const store = new SecretStore(cloud);
  return {
    name: "secretsmanager",
    operations: { ...secretOperations(store), ...versionOperations(store) },
    policyOf: (arn) => store.lookUp(arn)?.policy,
    start: async () => {
      for (const secret of store.secrets.values()) store.scheduleDeletion(secret);
    },
  };
};
