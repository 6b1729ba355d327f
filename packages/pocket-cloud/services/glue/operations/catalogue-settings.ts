import { createHash } from "node:crypto";
import { AwsError } from "../../../errors";
import { invalidInput, notFound } from "../errors";
import { catalogueArns, type Make } from "../operation";
import type { GlueStore } from "../store";

/** There is one catalogue, and so one of each of these. */
const ONLY = "catalogue";

const onCatalogue = ({ cloud }: GlueStore) => ({ resources: () => catalogueArns(cloud) });

export const putDataCatalogEncryptionSettings: Make<"PutDataCatalogEncryptionSettings"> = (store) => ({
  ...onCatalogue(store),
  run: ({ DataCatalogEncryptionSettings: settings }) => {
    const { EncryptionAtRest, ConnectionPasswordEncryption } = settings ?? {};
    store.settings.set(ONLY, {
      ...store.settings.get(ONLY),
      ...(EncryptionAtRest && { encryptionAtRest: EncryptionAtRest }),
      ...(ConnectionPasswordEncryption && { connectionPasswordEncryption: ConnectionPasswordEncryption }),
    });
    return {};
  },
});

export const getDataCatalogEncryptionSettings: Make<"GetDataCatalogEncryptionSettings"> = (store) => ({
  ...onCatalogue(store),
  run: () => {
    const { encryptionAtRest, connectionPasswordEncryption } = store.settings.get(ONLY) ?? {};
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

export const putResourcePolicy: Make<"PutResourcePolicy"> = (store) => ({
  ...onCatalogue(store),
  run: ({ PolicyInJson: text = "", PolicyHashCondition, PolicyExistsCondition }) => {
    const before = store.policies.get(ONLY);
    try {
      JSON.parse(text);
    } catch {
      throw invalidInput("Policy is not valid JSON");
    }
    if (PolicyExistsCondition === "MUST_EXIST" && !before) throw failed("Policy does not exist");
    if (PolicyExistsCondition === "NOT_EXIST" && before) throw failed("Policy already exists");
    if (PolicyHashCondition !== undefined && PolicyHashCondition !== before?.hash)
      throw failed("Policy hash does not match");
    const hash = createHash("md5").update(text).digest("base64");
    const now = store.now();
    store.policies.set(ONLY, { text, hash, created: before?.created ?? now, updated: now });
    return { PolicyHash: hash };
  },
});

const failed = (message: string) => new AwsError("ConditionCheckFailureException", message);
const noPolicy = () => notFound("Policy not found");

export const getResourcePolicy: Make<"GetResourcePolicy"> = (store) => ({
  ...onCatalogue(store),
  run: () => {
    const found = store.policies.get(ONLY);
    if (!found) throw noPolicy();
    return {
      PolicyInJson: found.text,
      PolicyHash: found.hash,
      CreateTime: found.created,
      UpdateTime: found.updated,
    };
  },
});

export const deleteResourcePolicy: Make<"DeleteResourcePolicy"> = (store) => ({
  ...onCatalogue(store),
  run: ({ PolicyHashCondition }) => {
    const found = store.policies.get(ONLY);
    if (!found) throw noPolicy();
    if (PolicyHashCondition !== undefined && PolicyHashCondition !== found.hash)
      throw failed("Policy hash does not match");
    store.policies.delete(ONLY);
    return {};
  },
});
