import { AwsError, validationError } from "../../errors";
import type { KmsOperation } from "./operation";
import type { KeyStore } from "./store";

const ofAlias = (store: KeyStore) => (input: { AliasName?: string | undefined }) => [
  store.aliasArn(input.AliasName ?? ""),
];

export const createAlias = (store: KeyStore): KmsOperation<"CreateAlias"> => ({
  resources: ofAlias(store),
  run: (input) => {
    const AliasName = input.AliasName ?? "";
    if (!/^alias\/[a-zA-Z0-9/_-]+$/.test(AliasName)) throw validationError("Invalid identifier");
    if (AliasName.startsWith("alias/aws/")) throw new AwsError("NotAuthorizedException", "");
    if (store.aliases.has(AliasName))
      throw new AwsError(
        "AlreadyExistsException",
        `An alias with the name ${store.aliasArn(AliasName)} already exists`,
      );
    const now = new Date(store.cloud.clock.now());
    const TargetKeyId = store.find(input.TargetKeyId).metadata.KeyId;
    store.aliases.set(AliasName, {
      AliasName,
      AliasArn: store.aliasArn(AliasName),
      TargetKeyId,
      CreationDate: now,
      LastUpdatedDate: now,
    });
    return {};
  },
});

export const updateAlias = (store: KeyStore): KmsOperation<"UpdateAlias"> => ({
  resources: ofAlias(store),
  run: (input) => {
    const before = store.aliases.get(input.AliasName ?? "");
    if (!before)
      throw new AwsError("NotFoundException", `Alias ${store.aliasArn(input.AliasName ?? "")} is not found.`);
    const TargetKeyId = store.find(input.TargetKeyId).metadata.KeyId;
    store.aliases.set(input.AliasName ?? "", {
      ...before,
      TargetKeyId,
      LastUpdatedDate: new Date(store.cloud.clock.now()),
    });
    return {};
  },
});

export const deleteAlias = (store: KeyStore): KmsOperation<"DeleteAlias"> => ({
  resources: ofAlias(store),
  run: (input) => {
    if (!store.aliases.delete(input.AliasName ?? ""))
      throw new AwsError("NotFoundException", `Alias ${store.aliasArn(input.AliasName ?? "")} is not found.`);
    return {};
  },
});

export const listAliases = (store: KeyStore): KmsOperation<"ListAliases"> => ({
  run: (input) => {
    const key = input.KeyId === undefined ? undefined : store.find(input.KeyId).metadata.KeyId;
    return {
      Aliases: store.aliases.values().filter((alias) => key === undefined || alias.TargetKeyId === key),
      Truncated: false,
    };
  },
});
