import { AwsError, validationError } from "../../errors";
import type { Operations } from "../../service";
import type { KeyStore } from "./store";

/** Aliases of keys that AWS manages are AWS's. */
function refuseReserved(alias: string): void {
  if (alias.startsWith("alias/aws/")) throw new AwsError("NotAuthorizedException", "");
}

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
        refuseReserved(AliasName);
        if (aliases.has(AliasName))
          throw new AwsError(
            "AlreadyExistsException",
            `An alias with the name ${store.aliasArn(AliasName)} already exists`,
          );
        store.addAlias(AliasName, store.find(TargetKeyId).metadata.KeyId);
        return {};
      },
    },
    UpdateAlias: {
      resources,
      run: ({ AliasName = "", TargetKeyId: target }) => {
        refuseReserved(AliasName);
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
        refuseReserved(AliasName);
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
