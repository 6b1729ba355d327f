import type { ServiceFactory } from "../../service";
import * as deletion from "./operations/deletion";
import * as policies from "./operations/policies";
import * as readSecrets from "./operations/read-secrets";
import * as tags from "./operations/tags";
import * as versions from "./operations/versions";
import * as writeSecrets from "./operations/write-secrets";
import { SecretStore } from "./store";

export const secretsmanager: ServiceFactory<"secretsmanager"> = (cloud) => {
  const store = new SecretStore(cloud);
  return {
    name: "secretsmanager",
    operations: {
      CreateSecret: writeSecrets.createSecret(store),
      DeleteResourcePolicy: policies.deleteResourcePolicy(store),
      DeleteSecret: deletion.deleteSecret(store),
      DescribeSecret: readSecrets.describeSecret(store),
      GetResourcePolicy: policies.getResourcePolicy(store),
      GetSecretValue: readSecrets.getSecretValue(store),
      ListSecrets: readSecrets.listSecrets(store),
      ListSecretVersionIds: versions.listSecretVersionIds(store),
      PutResourcePolicy: policies.putResourcePolicy(store),
      PutSecretValue: writeSecrets.putSecretValue(store),
      RestoreSecret: deletion.restoreSecret(store),
      TagResource: tags.tagResource(store),
      UntagResource: tags.untagResource(store),
      UpdateSecret: writeSecrets.updateSecret(store),
      UpdateSecretVersionStage: versions.updateSecretVersionStage(store),
    },
    policyOf: (arn) => store.lookUp(arn)?.policy,
    start: async () => {
      for (const secret of store.secrets.values()) deletion.scheduleEnd(store, secret);
    },
  };
};
