import type { KeyMetadata } from "@aws-sdk/client-kms";
import { unsupported } from "../../errors";
import type { Operations } from "../../service";
import { tagList, tagsFrom } from "../shared/tags";
import { checkLockout } from "./lockout";
import { type KeyRecord, type KeyStore, materialId } from "./store";
import { checkTags } from "./tags";

const described = (key: KeyRecord): KeyMetadata => ({
  ...key.metadata,
  CurrentKeyMaterialId: materialId(key, key.materials.length - 1),
});

/** A key's policy is checked before the key has an ARN. */
const NEW_KEY = "arn:aws:kms:::key/new";

export const keyOperations = (store: KeyStore) =>
  ({
    CreateKey: {
      run: (input, { caller }) => {
        const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? "SYMMETRIC_DEFAULT";
        const { KeyUsage: usage = "ENCRYPT_DECRYPT", Origin: origin = "AWS_KMS" } = input;
        if (spec !== "SYMMETRIC_DEFAULT") throw unsupported(`KMS keys of spec ${spec}`);
        if (usage !== "ENCRYPT_DECRYPT") throw unsupported(`KMS keys for ${usage}`);
        if (input.MultiRegion) throw unsupported("multi-Region KMS keys");
        if (origin !== "AWS_KMS") throw unsupported(`KMS keys of origin ${origin}`);
        checkTags(input.Tags, {});
        checkLockout(store, input, caller, NEW_KEY);
        const key = store.add({
          description: input.Description ?? "",
          manager: "CUSTOMER",
          policy: input.Policy ?? defaultPolicy(store.cloud.accountId),
          tags: tagsFrom(input.Tags?.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue }))),
        });
        return { KeyMetadata: described(key) };
      },
    },
    DescribeKey: {
      resources: store.arnsOf,
      run: ({ KeyId }) => ({ KeyMetadata: described(store.find(KeyId)) }),
    },
    ListKeys: {
      run: () => ({
        Keys: store.keys.values().map(({ metadata }) => ({ KeyId: metadata.KeyId, KeyArn: metadata.Arn })),
        Truncated: false,
      }),
    },
    GetKeyPolicy: {
      resources: store.arnsOf,
      run: ({ KeyId }) => ({ Policy: store.findWithoutAlias(KeyId).policy, PolicyName: "default" }),
    },
    ListKeyPolicies: {
      resources: store.arnsOf,
      run: ({ KeyId }) => {
        store.findWithoutAlias(KeyId);
        return { PolicyNames: ["default"], Truncated: false };
      },
    },
    ListResourceTags: {
      resources: store.arnsOf,
      run: ({ KeyId }) => ({
        Tags: tagList(store.findWithoutAlias(KeyId).tags).map(({ Key, Value }) => ({
          TagKey: Key,
          TagValue: Value,
        })),
        Truncated: false,
      }),
    },
    GetKeyRotationStatus: {
      resources: store.arnsOf,
      run: ({ KeyId }) => {
        const { metadata, rotation } = store.findWithoutAlias(KeyId);
        return {
          KeyId: metadata.Arn,
          KeyRotationEnabled: rotation !== undefined,
          ...(rotation && {
            RotationPeriodInDays: rotation.days,
            NextRotationDate: new Date(rotation.nextAt),
          }),
        };
      },
    },
    /** Grants are not supported, so no key has any. */
    ListGrants: {
      resources: store.arnsOf,
      run: ({ KeyId }) => {
        store.findWithoutAlias(KeyId);
        return { Grants: [], Truncated: false };
      },
    },
  }) satisfies Operations<"kms">;

const defaultPolicy = (accountId: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Id: "key-default-1",
    Statement: [
      {
        Sid: "Enable IAM User Permissions",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  });
