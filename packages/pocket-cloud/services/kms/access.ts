import { AwsError } from "../../errors";
import type { KeyAccess } from "../../kms-access";
import { managedService } from "./managed-keys";
import { type KeyStore, notEnabled } from "./store";

export const keyAccess = (store: KeyStore): KeyAccess => ({
  use: ({ service, keyId, actions, caller, encryptionContext = {} }) => {
    const key = store.find(keyId);
    const arn = key.metadata.Arn ?? "";
    if (key.metadata.KeyManager === "AWS") {
      // SNS developer guide, "Enable compatibility between event sources from AWS services and encrypted topics": a
      // service without a role cannot use an AWS managed key, whose policy nobody can change.
      if (caller.service || managedService(key.policy) !== service)
        throw accessDenied(caller.arn, actions[0] ?? "", arn);
      return arn;
    }
    const context = { ...keyContext(caller.accountId, encryptionContext) };
    const viaService = { "kms:ViaService": `${service}.${store.cloud.region}.amazonaws.com` };
    for (const action of actions)
      store.cloud
        .identities()
        .authorize(
          caller,
          action,
          [arn],
          caller.service ? context : { ...context, ...viaService },
          () => key.policy,
        );
    const refusal = notEnabled(key);
    if (refusal) throw refusal;
    return arn;
  },
});

/** KMS developer guide, "AWS KMS condition keys". */
export const keyContext = (
  accountId: string,
  encryptionContext: Readonly<Record<string, string>> | undefined,
): Record<string, string> => ({
  "kms:CallerAccount": accountId,
  ...Object.fromEntries(
    Object.entries(encryptionContext ?? {}).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]),
  ),
});

export const accessDenied = (arn: string, action: string, key: string): AwsError =>
  new AwsError(
    "AccessDeniedException",
    `User: ${arn} is not authorized to perform: ${action} on resource: ${key} because no resource-based policy allows the ${action} action`,
    403,
  );
