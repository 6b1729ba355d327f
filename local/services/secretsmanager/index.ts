import type { ServiceFactory } from "../../service";
import * as operations from "./operations";
import { SecretStore } from "./store";

export const secretsmanager: ServiceFactory<"secretsmanager"> = (cloud) => {
  const store = new SecretStore(cloud);
  return {
    name: "secretsmanager",
    operations: {
      CreateSecret: operations.createSecret(store),
      DeleteResourcePolicy: operations.deleteResourcePolicy(store),
      DeleteSecret: operations.deleteSecret(store),
      DescribeSecret: operations.describeSecret(store),
      GetResourcePolicy: operations.getResourcePolicy(store),
      GetSecretValue: operations.getSecretValue(store),
      ListSecrets: operations.listSecrets(store),
      ListSecretVersionIds: operations.listSecretVersionIds(store),
      PutResourcePolicy: operations.putResourcePolicy(store),
      PutSecretValue: operations.putSecretValue(store),
      RestoreSecret: operations.restoreSecret(store),
      TagResource: operations.tagResource(store),
      UntagResource: operations.untagResource(store),
      UpdateSecret: operations.updateSecret(store),
      UpdateSecretVersionStage: operations.updateSecretVersionStage(store),
    },
    policyOf: (arn) => store.lookUp(arn)?.policy,
    start: async () => {
      for (const secret of store.secrets.values()) operations.scheduleEnd(store, secret);
    },
  };
};
