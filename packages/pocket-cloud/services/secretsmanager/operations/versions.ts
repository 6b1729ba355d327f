import { live, moveStage, ofSecret, type SecretOperation } from "../operation";
import type { SecretStore } from "../store";

export const listSecretVersionIds = (store: SecretStore): SecretOperation<"ListSecretVersionIds"> => ({
  resources: ofSecret(store),
  run: (input) => {
    const secret = store.find(input.SecretId);
    const shown = secret.versions.filter((version) => input.IncludeDeprecated || version.stages.length > 0);
    return {
      ARN: secret.arn,
      Name: secret.name,
      Versions: shown.map(({ id, stages, createdAt }) => ({
        VersionId: id,
        VersionStages: stages,
        CreatedDate: new Date(createdAt),
      })),
    };
  },
});

export const updateSecretVersionStage = (
  store: SecretStore,
): SecretOperation<"UpdateSecretVersionStage"> => ({
  resources: ofSecret(store),
  run: (input) => {
    const secret = live(store, input.SecretId);
    const target = secret.versions.find((version) => version.id === input.MoveToVersionId);
    moveStage(secret, input.VersionStage ?? "", target);
    store.save(secret);
    return { ARN: secret.arn, Name: secret.name };
  },
});
