import { DAY, ofSecret, type SecretOperation } from "../operation";
import type { SecretRecord, SecretStore } from "../store";

export const deleteSecret = (store: SecretStore): SecretOperation<"DeleteSecret"> => ({
  rules: { RecoveryWindowInDays: { range: [7, 30] } },
  resources: ofSecret(store),
  run: (input) => {
    const secret = store.find(input.SecretId);
    const days = input.ForceDeleteWithoutRecovery ? 0 : (input.RecoveryWindowInDays ?? 30);
    const at = store.cloud.clock.now() + days * DAY;
    if (days === 0) store.secrets.delete(secret.name);
    else {
      secret.deletedAt = at;
      store.save(secret);
      scheduleEnd(store, secret);
    }
    return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(at) };
  },
});

export function scheduleEnd(store: SecretStore, { name, deletedAt }: SecretRecord): void {
  if (deletedAt === undefined) return;
  store.cloud.clock.schedule(deletedAt, () => {
    const due = store.secrets.get(name)?.deletedAt;
    if (due !== undefined && due <= store.cloud.clock.now()) store.secrets.delete(name);
  });
}

export const restoreSecret = (store: SecretStore): SecretOperation<"RestoreSecret"> => ({
  resources: ofSecret(store),
  run: (input) => {
    const secret = store.find(input.SecretId);
    delete secret.deletedAt;
    store.save(secret);
    return { ARN: secret.arn, Name: secret.name };
  },
});
