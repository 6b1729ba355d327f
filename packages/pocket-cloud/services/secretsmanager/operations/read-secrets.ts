import { AwsError, unsupported } from "../../../errors";
import { CURRENT, live, ofSecret, type SecretOperation } from "../operation";
import type { SecretRecord, SecretStore } from "../store";

export const getSecretValue = (store: SecretStore): SecretOperation<"GetSecretValue"> => ({
  resources: ofSecret(store),
  run: (input) => {
    const secret = live(store, input.SecretId);
    const stage = input.VersionStage ?? CURRENT;
    const version = secret.versions.find((one) =>
      input.VersionId === undefined ? one.stages.includes(stage) : one.id === input.VersionId,
    );
    if (!version)
      throw new AwsError(
        "ResourceNotFoundException",
        `Secrets Manager can't find the specified secret value for ${input.VersionId === undefined ? `staging label: ${stage}` : `VersionId: ${input.VersionId}`}`,
      );
    const content = store.unseal(version.sealed);
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version.id,
      VersionStages: version.stages,
      CreatedDate: new Date(version.createdAt),
      ...(version.binary ? { SecretBinary: content } : { SecretString: content.toString("utf8") }),
    };
  },
});

export const describeSecret = (store: SecretStore): SecretOperation<"DescribeSecret"> => ({
  resources: ofSecret(store),
  run: (input) => described(store.find(input.SecretId)),
});

const described = (secret: SecretRecord) => ({
  ARN: secret.arn,
  Name: secret.name,
  ...(secret.description !== undefined && { Description: secret.description }),
  ...(secret.kmsKeyId !== undefined && { KmsKeyId: secret.kmsKeyId }),
  RotationEnabled: false,
  CreatedDate: new Date(secret.createdAt),
  LastChangedDate: new Date(secret.changedAt),
  ...(secret.deletedAt !== undefined && { DeletedDate: new Date(secret.deletedAt) }),
  Tags: Object.entries(secret.tags).map(([Key, Value]) => ({ Key, Value })),
  VersionIdsToStages: Object.fromEntries(
    secret.versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }) => [id, stages]),
  ),
});

export const listSecrets = (store: SecretStore): SecretOperation<"ListSecrets"> => ({
  run: (input) => {
    if (input.Filters?.length) throw unsupported("filters of ListSecrets");
    const all = store.secrets
      .values()
      .filter((secret) => input.IncludePlannedDeletion || secret.deletedAt === undefined);
    const from = Number(input.NextToken ?? 0);
    const until = from + (input.MaxResults ?? 100);
    return {
      SecretList: all.slice(from, until).map(described),
      ...(until < all.length && { NextToken: String(until) }),
    };
  },
});
