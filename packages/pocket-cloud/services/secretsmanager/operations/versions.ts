import { randomUUID } from "node:crypto";
import type { Caller } from "../../../caller";
import { AwsError } from "../../../errors";
import type { Operations } from "../../../service";
import { checkKey } from "../encryption";
import type { SecretRecord, SecretStore, SecretVersion } from "../store";

const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";
const MAX_VERSIONS = 100;

interface Content {
  readonly Name?: string | undefined;
  readonly SecretId?: string | undefined;
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
  readonly ClientRequestToken?: string | undefined;
}

/** Adds a version and moves the given stages to it; does nothing when the input has no content. */
export function addVersion(
  store: SecretStore,
  secret: SecretRecord,
  content: Content,
  caller: Caller,
  stages: readonly string[] = [CURRENT],
): SecretVersion | undefined {
  const { SecretString, SecretBinary, ClientRequestToken: id = randomUUID() } = content;
  if (SecretString === undefined && SecretBinary === undefined) return undefined;
  if (SecretString !== undefined && SecretBinary !== undefined)
    throw invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  checkKey(store.cloud, secret, "encrypt", caller);
  const existing = secret.versions.find((version) => version.id === id);
  if (existing) return repeated(store, existing, content);
  const createdAt = store.cloud.clock.now();
  const sealed = store.seal(SecretBinary ?? Buffer.from(SecretString ?? ""));
  const version: SecretVersion = { id, sealed, binary: SecretBinary !== undefined, createdAt, stages: [] };
  secret.versions.push(version);
  for (const stage of stages) moveStage(secret, stage, version);
  secret.versions = secret.versions
    .filter((other) => other.stages.length > 0 || other === version)
    .slice(-MAX_VERSIONS);
  secret.changedAt = createdAt;
  return version;
}

/**
 * A request repeated with the same token succeeds when it has the same content, and changes nothing (Secrets Manager API,
 * PutSecretValue, ClientRequestToken).
 */
export function repeated(store: SecretStore, existing: SecretVersion, content: Content): SecretVersion {
  const given = Buffer.from(content.SecretBinary ?? content.SecretString ?? "");
  const same =
    existing.binary === (content.SecretBinary !== undefined) && store.unseal(existing.sealed).equals(given);
  if (same) return existing;
  throw new AwsError(
    "ResourceExistsException",
    `You can't use ClientRequestToken ${existing.id} because that value is already in use for a version of secret ${content.SecretId ?? content.Name}.`,
  );
}

/** Moves a stage to a version. The version that loses AWSCURRENT gets AWSPREVIOUS. */
function moveStage(secret: SecretRecord, stage: string, to: SecretVersion | undefined): void {
  const from = secret.versions.find((version) => version.stages.includes(stage));
  if (from) from.stages = from.stages.filter((other) => other !== stage);
  to?.stages.push(stage);
  if (stage === CURRENT && from && from !== to) moveStage(secret, PREVIOUS, from);
}

const invalidParameter = (message: string) => new AwsError("InvalidParameterException", message);

export const versionOperations = (store: SecretStore) =>
  ({
    GetSecretValue: {
      resources: store.arnsOf,
      run: ({ SecretId, VersionId, VersionStage = CURRENT }, { caller }) => {
        const secret = store.findActive(SecretId);
        const version = secret.versions.find(({ id, stages }) =>
          VersionId === undefined ? stages.includes(VersionStage) : id === VersionId,
        );
        if (!version)
          throw new AwsError(
            "ResourceNotFoundException",
            `Secrets Manager can't find the specified secret value for ${VersionId === undefined ? `staging label: ${VersionStage}` : `VersionId: ${VersionId}`}`,
          );
        checkKey(store.cloud, secret, "decrypt", caller);
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
    },
    PutSecretValue: {
      resources: store.arnsOf,
      run: (input, { caller }) => {
        const secret = store.findActive(input.SecretId);
        const version = addVersion(store, secret, input, caller, input.VersionStages);
        if (!version) throw invalidParameter("You must provide either SecretString or SecretBinary.");
        store.save(secret);
        return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: version.stages };
      },
    },
    ListSecretVersionIds: {
      resources: store.arnsOf,
      run: (input) => {
        const { arn, name, versions } = store.find(input.SecretId);
        const listed = versions.filter(({ stages }) => input.IncludeDeprecated || stages.length > 0);
        return {
          ARN: arn,
          Name: name,
          Versions: listed.map(({ id, stages, createdAt }) => ({
            VersionId: id,
            VersionStages: stages,
            CreatedDate: new Date(createdAt),
          })),
        };
      },
    },
    UpdateSecretVersionStage: {
      resources: store.arnsOf,
      run: ({ SecretId, MoveToVersionId, VersionStage = "" }) => {
        const secret = store.findActive(SecretId);
        const target = secret.versions.find(({ id }) => id === MoveToVersionId);
        moveStage(secret, VersionStage, target);
        store.save(secret);
        return { ARN: secret.arn, Name: secret.name };
      },
    },
  }) satisfies Operations<"secretsmanager">;
