import { randomUUID } from "node:crypto";
import { AwsError, unsupported } from "../../errors";
import type { Input, OperationName, Output } from "../../models";
import type { Operation } from "../../service";
import type { SecretRecord, SecretStore, SecretVersion } from "./store";

type SecretOperation<O extends OperationName<"secretsmanager">> = Operation<
  Input<"secretsmanager", O>,
  Output<"secretsmanager", O>
>;

const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";
const DAY = 86_400_000;

const ofSecret = (store: SecretStore) => (input: { SecretId?: string | undefined }) => [
  store.lookUp(input.SecretId)?.arn ?? "*",
];

const invalidRequest = (message: string) => new AwsError("InvalidRequestException", message);

function live(store: SecretStore, id: string | undefined): SecretRecord {
  const secret = store.find(id);
  if (secret.deletedAt !== undefined)
    throw invalidRequest(
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  return secret;
}

interface Content {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
  readonly ClientRequestToken?: string | undefined;
}

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

function moveStage(secret: SecretRecord, stage: string, to: SecretVersion | undefined): void {
  const from = secret.versions.find((version) => version.stages.includes(stage));
  if (from) from.stages = from.stages.filter((one) => one !== stage);
  to?.stages.push(stage);
  if (stage === CURRENT && from && from !== to) moveStage(secret, PREVIOUS, from);
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

export const tagResource = (store: SecretStore): SecretOperation<"TagResource"> => ({
  resources: ofSecret(store),
  run: (input) => {
    const secret = live(store, input.SecretId);
    for (const { Key = "", Value = "" } of input.Tags ?? []) secret.tags[Key] = Value;
    store.save(secret);
    return {};
  },
});

export const untagResource = (store: SecretStore): SecretOperation<"UntagResource"> => ({
  resources: ofSecret(store),
  run: (input) => {
    const secret = live(store, input.SecretId);
    for (const key of input.TagKeys ?? []) delete secret.tags[key];
    store.save(secret);
    return {};
  },
});

export const getResourcePolicy = (store: SecretStore): SecretOperation<"GetResourcePolicy"> => ({
  resources: ofSecret(store),
  run: (input) => {
    const { arn, name, policy } = store.find(input.SecretId);
    return { ARN: arn, Name: name, ...(policy !== undefined && { ResourcePolicy: policy }) };
  },
});

export const putResourcePolicy = (store: SecretStore): SecretOperation<"PutResourcePolicy"> => ({
  resources: ofSecret(store),
  run: (input) => {
    const secret = live(store, input.SecretId);
    secret.policy = input.ResourcePolicy ?? "";
    store.save(secret);
    return { ARN: secret.arn, Name: secret.name };
  },
});

export const deleteResourcePolicy = (store: SecretStore): SecretOperation<"DeleteResourcePolicy"> => ({
  resources: ofSecret(store),
  run: (input) => {
    const secret = store.find(input.SecretId);
    delete secret.policy;
    store.save(secret);
    return { ARN: secret.arn, Name: secret.name };
  },
});
