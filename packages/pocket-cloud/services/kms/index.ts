import type { ServiceFactory } from "../../service";
import * as aliases from "./aliases";
import * as cryptography from "./cryptography";
import * as keys from "./keys";
import { KeyStore } from "./store";

export const kms: ServiceFactory<"kms"> = (cloud) => {
  const store = new KeyStore(cloud);
  return {
    name: "kms",
    operations: {
      CancelKeyDeletion: keys.cancelKeyDeletion(store),
      CreateAlias: aliases.createAlias(store),
      CreateKey: keys.createKey(store),
      Decrypt: cryptography.decrypt(store),
      DeleteAlias: aliases.deleteAlias(store),
      DescribeKey: keys.describeKey(store),
      DisableKey: keys.disableKey(store),
      DisableKeyRotation: keys.disableKeyRotation(store),
      EnableKey: keys.enableKey(store),
      EnableKeyRotation: keys.enableKeyRotation(store),
      Encrypt: cryptography.encrypt(store),
      GenerateDataKey: cryptography.generateDataKey(store),
      GenerateDataKeyWithoutPlaintext: cryptography.generateDataKeyWithoutPlaintext(store),
      GenerateRandom: cryptography.generateRandom(),
      GetKeyPolicy: keys.getKeyPolicy(store),
      GetKeyRotationStatus: keys.getKeyRotationStatus(store),
      ListAliases: aliases.listAliases(store),
      ListGrants: keys.listGrants(store),
      ListKeyPolicies: keys.listKeyPolicies(store),
      ListKeys: keys.listKeys(store),
      ListResourceTags: keys.listResourceTags(store),
      PutKeyPolicy: keys.putKeyPolicy(store),
      ReEncrypt: cryptography.reEncrypt(store),
      ScheduleKeyDeletion: keys.scheduleKeyDeletion(store),
      TagResource: keys.tagResource(store),
      UntagResource: keys.untagResource(store),
      UpdateAlias: aliases.updateAlias(store),
      UpdateKeyDescription: keys.updateKeyDescription(store),
    },
    policyOf: (arn) => store.keys.get(arn.split(":key/").at(-1) ?? "")?.policy,
    start: async () => {
      for (const key of store.keys.values()) keys.scheduleEnd(store, key);
    },
  };
};
