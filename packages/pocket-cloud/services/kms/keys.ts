import { randomBytes, randomUUID } from "node:crypto";
import { AwsError, unsupported } from "../../errors";
import { type KmsOperation, ofKey } from "./operation";
import type { KeyRecord, KeyStore } from "./store";

const DAY = 86_400_000;
const MATERIAL = 32;

const save = (store: KeyStore, key: KeyRecord): void => void store.keys.set(key.metadata.KeyId ?? "", key);

function defaultPolicy(store: KeyStore): string {
  const root = `arn:aws:iam::${store.cloud.accountId}:root`;
  const statement = {
    Sid: "Enable IAM User Permissions",
    Effect: "Allow",
    Principal: { AWS: root },
    Action: "kms:*",
    Resource: "*",
  };
  return JSON.stringify({ Version: "2012-10-17", Id: "key-default-1", Statement: [statement] });
}

export const createKey = (store: KeyStore): KmsOperation<"CreateKey"> => ({
  run: (input) => {
    const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? "SYMMETRIC_DEFAULT";
    if (spec !== "SYMMETRIC_DEFAULT") throw unsupported(`KMS keys of spec ${spec}`);
    if (input.KeyUsage && input.KeyUsage !== "ENCRYPT_DECRYPT")
      throw unsupported(`KMS keys for ${input.KeyUsage}`);
    if (input.MultiRegion) throw unsupported("multi-Region KMS keys");
    if (input.Origin && input.Origin !== "AWS_KMS") throw unsupported(`KMS keys of origin ${input.Origin}`);
    const id = randomUUID();
    const key: KeyRecord = {
      metadata: {
        AWSAccountId: store.cloud.accountId,
        KeyId: id,
        Arn: store.arn(id),
        CreationDate: new Date(store.cloud.clock.now()),
        Enabled: true,
        Description: input.Description ?? "",
        KeyUsage: "ENCRYPT_DECRYPT",
        KeyState: "Enabled",
        Origin: "AWS_KMS",
        KeyManager: "CUSTOMER",
        CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
        KeySpec: "SYMMETRIC_DEFAULT",
        EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
        MultiRegion: false,
      },
      materials: [randomBytes(MATERIAL)],
      policy: input.Policy ?? defaultPolicy(store),
      tags: Object.fromEntries((input.Tags ?? []).map((tag) => [tag.TagKey ?? "", tag.TagValue ?? ""])),
    };
    save(store, key);
    return { KeyMetadata: key.metadata };
  },
});

export const describeKey = (store: KeyStore): KmsOperation<"DescribeKey"> => ({
  resources: ofKey(store),
  run: (input) => ({ KeyMetadata: store.find(input.KeyId).metadata }),
});

export const listKeys = (store: KeyStore): KmsOperation<"ListKeys"> => ({
  run: () => ({
    Keys: store.keys.values().map(({ metadata }) => ({ KeyId: metadata.KeyId, KeyArn: metadata.Arn })),
    Truncated: false,
  }),
});

/** An operation that changes a key and answers nothing. */
const change = <
  O extends
    | "EnableKey"
    | "DisableKey"
    | "UpdateKeyDescription"
    | "PutKeyPolicy"
    | "EnableKeyRotation"
    | "DisableKeyRotation"
    | "TagResource"
    | "UntagResource",
>(
  store: KeyStore,
  apply: (key: KeyRecord, input: Parameters<KmsOperation<O>["run"]>[0]) => void,
): KmsOperation<O> =>
  ({
    resources: ofKey(store),
    run: (input: Parameters<KmsOperation<O>["run"]>[0]) => {
      const key = store.find((input as { KeyId?: string }).KeyId);
      if (key.metadata.KeyState === "PendingDeletion")
        throw new AwsError("KMSInvalidStateException", `${key.metadata.Arn} is pending deletion.`);
      apply(key, input);
      save(store, key);
      return {};
    },
  }) as unknown as KmsOperation<O>;

const enabled = (on: boolean) => (key: KeyRecord) => {
  key.metadata.Enabled = on;
  key.metadata.KeyState = on ? "Enabled" : "Disabled";
};

export const enableKey = (store: KeyStore) => change<"EnableKey">(store, enabled(true));
export const disableKey = (store: KeyStore) => change<"DisableKey">(store, enabled(false));
export const updateKeyDescription = (store: KeyStore) =>
  change<"UpdateKeyDescription">(store, (key, input) => {
    key.metadata.Description = input.Description;
  });
export const putKeyPolicy = (store: KeyStore) =>
  change<"PutKeyPolicy">(store, (key, input) => {
    key.policy = input.Policy ?? "";
  });
export const enableKeyRotation = (store: KeyStore) =>
  change<"EnableKeyRotation">(store, (key, input) => {
    const days = input.RotationPeriodInDays ?? 365;
    key.rotation = { days, nextAt: store.cloud.clock.now() + days * DAY };
  });
export const disableKeyRotation = (store: KeyStore) =>
  change<"DisableKeyRotation">(store, (key) => {
    delete key.rotation;
  });
export const tagResource = (store: KeyStore) =>
  change<"TagResource">(store, (key, input) => {
    for (const { TagKey = "", TagValue = "" } of input.Tags ?? []) key.tags[TagKey] = TagValue;
  });
export const untagResource = (store: KeyStore) =>
  change<"UntagResource">(store, (key, input) => {
    for (const name of input.TagKeys ?? []) delete key.tags[name];
  });

export const getKeyPolicy = (store: KeyStore): KmsOperation<"GetKeyPolicy"> => ({
  resources: ofKey(store),
  run: (input) => ({ Policy: store.find(input.KeyId).policy, PolicyName: "default" }),
});

export const listKeyPolicies = (store: KeyStore): KmsOperation<"ListKeyPolicies"> => ({
  resources: ofKey(store),
  run: (input) => {
    store.find(input.KeyId);
    return { PolicyNames: ["default"], Truncated: false };
  },
});

export const listResourceTags = (store: KeyStore): KmsOperation<"ListResourceTags"> => ({
  resources: ofKey(store),
  run: (input) => ({
    Tags: Object.entries(store.find(input.KeyId).tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
    Truncated: false,
  }),
});

export const getKeyRotationStatus = (store: KeyStore): KmsOperation<"GetKeyRotationStatus"> => ({
  resources: ofKey(store),
  run: (input) => {
    const { metadata, rotation } = store.find(input.KeyId);
    return {
      KeyId: metadata.Arn,
      KeyRotationEnabled: rotation !== undefined,
      ...(rotation && { RotationPeriodInDays: rotation.days, NextRotationDate: new Date(rotation.nextAt) }),
    };
  },
});

/** New material for keys whose rotation is due; the old stays, for what it encrypted. */
export function rotateDue(store: KeyStore, key: KeyRecord): void {
  const now = store.cloud.clock.now();
  if (!key.rotation || key.rotation.nextAt > now) return;
  key.materials.push(randomBytes(MATERIAL));
  key.rotation.nextAt = now + key.rotation.days * DAY;
  save(store, key);
}

export const scheduleKeyDeletion = (store: KeyStore): KmsOperation<"ScheduleKeyDeletion"> => ({
  rules: { PendingWindowInDays: { range: [7, 30] } },
  resources: ofKey(store),
  run: (input) => {
    const key = store.find(input.KeyId);
    const days = input.PendingWindowInDays ?? 30;
    const DeletionDate = new Date(store.cloud.clock.now() + days * DAY);
    Object.assign(key.metadata, { Enabled: false, KeyState: "PendingDeletion", DeletionDate });
    save(store, key);
    scheduleEnd(store, key);
    return { KeyId: key.metadata.Arn, DeletionDate, KeyState: "PendingDeletion", PendingWindowInDays: days };
  },
});

export function scheduleEnd(store: KeyStore, key: KeyRecord): void {
  const { KeyId = "", DeletionDate } = key.metadata;
  if (!DeletionDate) return;
  store.cloud.clock.schedule(DeletionDate.getTime(), () => {
    const due = store.keys.get(KeyId)?.metadata.DeletionDate;
    if (!due || due.getTime() > store.cloud.clock.now()) return;
    for (const alias of store.aliases.values())
      if (alias.TargetKeyId === KeyId) store.aliases.delete(alias.AliasName ?? "");
    store.keys.delete(KeyId);
  });
}

export const cancelKeyDeletion = (store: KeyStore): KmsOperation<"CancelKeyDeletion"> => ({
  resources: ofKey(store),
  run: (input) => {
    const key = store.find(input.KeyId);
    delete key.metadata.DeletionDate;
    key.metadata.KeyState = "Disabled";
    save(store, key);
    return { KeyId: key.metadata.Arn };
  },
});

export const listGrants = (store: KeyStore): KmsOperation<"ListGrants"> => ({
  resources: ofKey(store),
  run: (input) => {
    store.find(input.KeyId);
    return { Grants: [], Truncated: false };
  },
});
