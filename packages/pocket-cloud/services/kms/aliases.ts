import { AwsError, validationError } from "../../errors";
import type { Operations } from "../../service";
import type { KeyStore } from "./store";

export function aliasOperations(store: KeyStore) {
  const { aliases } = store;
  const resources = ({ AliasName = "" }: { AliasName?: string | undefined }) => [store.aliasArn(AliasName)];
  const now = () => new Date(store.cloud.clock.now());
  return {
    CreateAlias: {
      resources,
      run: ({ AliasName = "", TargetKeyId }) => {
        if (!AliasName.startsWith("alias/"))
          throw validationError(
            'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
          );
        if (!/^alias\/[a-zA-Z0-9/_-]+$/.test(AliasName)) throw validationError("Invalid identifier");
        if (AliasName.startsWith("alias/aws/")) throw new AwsError("NotAuthorizedException", "");
        if (aliases.has(AliasName))
          throw new AwsError(
            "AlreadyExistsException",
            `An alias with the name ${store.aliasArn(AliasName)} already exists`,
          );
        aliases.set(AliasName, {
          AliasName,
          AliasArn: store.aliasArn(AliasName),
          TargetKeyId: store.find(TargetKeyId).metadata.KeyId,
          CreationDate: now(),
          LastUpdatedDate: now(),
        });
        return {};
      },
    },
    UpdateAlias: {
      resources,
      run: ({ AliasName = "", TargetKeyId: target }) => {
        const existing = aliases.get(AliasName);
        if (!existing) throw store.aliasNotFound(AliasName);
        const TargetKeyId = store.find(target).metadata.KeyId;
        aliases.set(AliasName, { ...existing, TargetKeyId, LastUpdatedDate: now() });
        return {};
      },
    },
    DeleteAlias: {
      resources,
      run: ({ AliasName = "" }) => {
        if (!aliases.delete(AliasName)) throw store.aliasNotFound(AliasName);
        return {};
      },
    },
    ListAliases: {
      run: ({ KeyId }) => {
        const key = KeyId === undefined ? undefined : store.find(KeyId).metadata.KeyId;
        return {
          Aliases: aliases.values().filter((alias) => key === undefined || alias.TargetKeyId === key),
          Truncated: false,
        };
      },
    },
  } satisfies Operations<"kms">;
}
