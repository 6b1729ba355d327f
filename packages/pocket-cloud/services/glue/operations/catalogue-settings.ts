import { createHash } from "node:crypto";
import { AwsError } from "../../../errors";
import { invalidInput, notFound } from "../errors";
import type { Make } from "../operation";
import type { GlueStore } from "../store";

/** Key of the settings and the policy: an account has one catalogue. */
const CATALOGUE = "catalogue";

const onCatalogue = (store: GlueStore) => ({ resources: () => store.catalogueArns() });

export const PutDataCatalogEncryptionSettings: Make<"PutDataCatalogEncryptionSettings"> = (store) => ({
  ...onCatalogue(store),
  run: ({ DataCatalogEncryptionSettings: settings }) => {
    const { EncryptionAtRest, ConnectionPasswordEncryption } = settings ?? {};
    store.settings.set(CATALOGUE, {
      ...store.settings.get(CATALOGUE),
      ...(EncryptionAtRest && { encryptionAtRest: EncryptionAtRest }),
      ...(ConnectionPasswordEncryption && { connectionPasswordEncryption: ConnectionPasswordEncryption }),
    });
    return {};
  },
});

export const GetDataCatalogEncryptionSettings: Make<"GetDataCatalogEncryptionSettings"> = (store) => ({
  ...onCatalogue(store),
  run: () => {
    const { encryptionAtRest, connectionPasswordEncryption } = store.settings.get(CATALOGUE) ?? {};
    return {
      DataCatalogEncryptionSettings: {
        EncryptionAtRest: encryptionAtRest ?? { CatalogEncryptionMode: "DISABLED" },
        ConnectionPasswordEncryption: connectionPasswordEncryption ?? {
          ReturnConnectionPasswordEncrypted: false,
        },
      },
    };
  },
});

export const PutResourcePolicy: Make<"PutResourcePolicy"> = (store) => ({
  ...onCatalogue(store),
  run: ({ PolicyInJson: text = "", PolicyHashCondition, PolicyExistsCondition }) => {
    const before = store.policies.get(CATALOGUE);
    try {
      JSON.parse(text);
    } catch {
      throw invalidInput("Policy is not valid JSON");
    }
    if (PolicyExistsCondition === "MUST_EXIST" && !before) throw conditionFailed("Policy does not exist");
    if (PolicyExistsCondition === "NOT_EXIST" && before) throw conditionFailed("Policy already exists");
    if (PolicyHashCondition !== undefined && PolicyHashCondition !== before?.hash)
      throw conditionFailed("Policy hash does not match");
    const hash = createHash("md5").update(text).digest("base64");
    const now = store.now();
    store.policies.set(CATALOGUE, { text, hash, created: before?.created ?? now, updated: now });
    return { PolicyHash: hash };
  },
});

const conditionFailed = (message: string) => new AwsError("ConditionCheckFailureException", message);
const noPolicy = () => notFound("Policy not found");

export const GetResourcePolicy: Make<"GetResourcePolicy"> = (store) => ({
  ...onCatalogue(store),
  run: () => {
    const found = store.policies.get(CATALOGUE);
    if (!found) throw noPolicy();
    return {
      PolicyInJson: found.text,
      PolicyHash: found.hash,
      CreateTime: found.created,
      UpdateTime: found.updated,
    };
  },
});

export const DeleteResourcePolicy: Make<"DeleteResourcePolicy"> = (store) => ({
  ...onCatalogue(store),
  run: ({ PolicyHashCondition }) => {
    const found = store.policies.get(CATALOGUE);
    if (!found) throw noPolicy();
    if (PolicyHashCondition !== undefined && PolicyHashCondition !== found.hash)
      throw conditionFailed("Policy hash does not match");
    store.policies.delete(CATALOGUE);
    return {};
  },
});
