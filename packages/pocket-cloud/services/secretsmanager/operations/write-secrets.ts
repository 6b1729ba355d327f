import { randomUUID } from "node:crypto";
import { AwsError, unsupported } from "../../../errors";
import {
  type Content,
  CURRENT,
  invalidRequest,
  live,
  moveStage,
  ofSecret,
  type SecretOperation,
} from "../operation";
import type { SecretRecord, SecretStore, SecretVersion } from "../store";

/** Adds a version; the stages it takes leave the versions that had them, and what was current is then previous. */
function addVersion(
  store: SecretStore,
  secret: SecretRecord,
  content: Content,
  stages: readonly string[],
): SecretVersion | undefined {
  const { SecretString, SecretBinary } = content;
  if (SecretString === undefined && SecretBinary === undefined) return undefined;
  if (SecretString !== undefined && SecretBinary !== undefined)
    throw new AwsError(
      "InvalidParameterException",
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  const id = content.ClientRequestToken ?? randomUUID();
  if (secret.versions.some((version) => version.id === id))
    throw new AwsError(
      "ResourceExistsException",
      `You can't modify a secret version that already exists: ${id}`,
    );
  const now = store.cloud.clock.now();
  const sealed = store.seal(SecretBinary ?? Buffer.from(SecretString ?? ""));
  const version: SecretVersion = {
    id,
    sealed,
    binary: SecretBinary !== undefined,
    createdAt: now,
    stages: [],
  };
  secret.versions.push(version);
  for (const stage of stages) moveStage(secret, stage, version);
  secret.versions = secret.versions.filter((one) => one.stages.length > 0 || one === version).slice(-100);
  secret.changedAt = now;
  return version;
}

export const createSecret = (store: SecretStore): SecretOperation<"CreateSecret"> => ({
  rules: { Name: { length: [1, 512], pattern: /[\w/+=.@-]+/ } },
  resources: (input) => [
    `arn:aws:secretsmanager:${store.cloud.region}:${store.cloud.accountId}:secret:${input.Name}`,
  ],
  run: (input) => {
    if (input.AddReplicaRegions?.length) throw unsupported("replicas of secrets");
    const name = input.Name ?? "";
    const before = store.secrets.get(name);
    if (before?.deletedAt !== undefined)
      throw invalidRequest(
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    if (before)
      throw new AwsError(
        "ResourceExistsException",
        `The operation failed because the secret ${name} already exists.`,
      );
    const now = store.cloud.clock.now();
    const secret: SecretRecord = {
      arn: store.newArn(name),
      name,
      versions: [],
      tags: Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""])),
      createdAt: now,
      changedAt: now,
      ...(input.Description !== undefined && { description: input.Description }),
      ...(input.KmsKeyId !== undefined && { kmsKeyId: input.KmsKeyId }),
    };
    const version = addVersion(store, secret, input, [CURRENT]);
    store.save(secret);
    return { ARN: secret.arn, Name: name, ...(version && { VersionId: version.id }) };
  },
});

export const putSecretValue = (store: SecretStore): SecretOperation<"PutSecretValue"> => ({
  resources: ofSecret(store),
  run: (input) => {
    const secret = live(store, input.SecretId);
    const version = addVersion(store, secret, input, input.VersionStages ?? [CURRENT]);
    if (!version)
      throw new AwsError(
        "InvalidParameterException",
        "You must provide either SecretString or SecretBinary.",
      );
    store.save(secret);
    return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: version.stages };
  },
});

export const updateSecret = (store: SecretStore): SecretOperation<"UpdateSecret"> => ({
  resources: ofSecret(store),
  run: (input) => {
    const secret = live(store, input.SecretId);
    if (input.Description !== undefined) secret.description = input.Description;
    if (input.KmsKeyId !== undefined) secret.kmsKeyId = input.KmsKeyId;
    const version = addVersion(store, secret, input, [CURRENT]);
    store.save(secret);
    return { ARN: secret.arn, Name: secret.name, ...(version && { VersionId: version.id }) };
  },
});
