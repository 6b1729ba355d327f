import type { ServiceFactory } from "../../service";
import { keyAccess } from "./access";
import { aliasOperations } from "./aliases";
import { cryptographicOperations } from "./cryptography";
import { keyChangeOperations } from "./key-changes";
import { keyOperations } from "./keys";
import { refusingManagedKeys } from "./managed-access";
import { KeyStore } from "./store";

export const kms: ServiceFactory<"kms"> = (cloud) => {
  const store = new KeyStore(cloud);
  return {
    name: "kms",
    operations: refusingManagedKeys(store, {
      ...keyOperations(store),
      ...keyChangeOperations(store),
      ...aliasOperations(store),
      ...cryptographicOperations(store),
    }),
    keys: keyAccess(store),
    policyOf: (arn) => store.keys.get(arn.split(":key/").at(-1) ?? "")?.policy,
    start: async () => {
      for (const key of store.keys.values()) store.scheduleDeletion(key);
    },
  };
};
