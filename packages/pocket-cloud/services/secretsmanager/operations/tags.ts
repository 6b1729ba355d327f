import { live, ofSecret, type SecretOperation } from "../operation";
import type { SecretStore } from "../store";

export const tagResource = (store: SecretStore): SecretOperation<"TagResource"> => ({
  resources: ofSecret(store),
  run: (input) => {
    const secret = live(store, input.SecretId);
    for (const { Key = "", Value = "" } of input.Tags ?? []) secret.tags[Key] = Value;
    store.save(secret);
    return {};
  },
});

export const untagResource = (store: SecretStore): SecretOperation<"UntagResource"> => ({
  resources: ofSecret(store),
  run: (input) => {
    const secret = live(store, input.SecretId);
    for (const key of input.TagKeys ?? []) delete secret.tags[key];
    store.save(secret);
    return {};
  },
});
