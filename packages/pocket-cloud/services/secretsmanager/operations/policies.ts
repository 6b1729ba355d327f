import { live, ofSecret, type SecretOperation } from "../operation";
import type { SecretStore } from "../store";

export const getResourcePolicy = (store: SecretStore): SecretOperation<"GetResourcePolicy"> => ({
  resources: ofSecret(store),
  run: (input) => {
    const { arn, name, policy } = store.find(input.SecretId);
    return { ARN: arn, Name: name, ...(policy !== undefined && { ResourcePolicy: policy }) };
  },
});

export const putResourcePolicy = (store: SecretStore): SecretOperation<"PutResourcePolicy"> => ({
  resources: ofSecret(store),
  run: (input) => {
    const secret = live(store, input.SecretId);
    secret.policy = input.ResourcePolicy ?? "";
    store.save(secret);
    return { ARN: secret.arn, Name: secret.name };
  },
});

export const deleteResourcePolicy = (store: SecretStore): SecretOperation<"DeleteResourcePolicy"> => ({
  resources: ofSecret(store),
  run: (input) => {
    const secret = store.find(input.SecretId);
    delete secret.policy;
    store.save(secret);
    return { ARN: secret.arn, Name: secret.name };
  },
});
