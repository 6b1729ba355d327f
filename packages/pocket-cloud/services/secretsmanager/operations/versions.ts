import { randomUUID } from "node:crypto";
import type { Caller } from "../../../caller";
import { AwsError } from "../../../errors";
import type { Call, Operations } from "../../../service";
import { checkKey } from "../encryption";
import { invalidRequest, type SecretRecord, type SecretStore, type SecretVersion } from "../store";

const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";
const PENDING = "AWSPENDING";
const DAY = 86_400_000;
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
  removeOldest(secret, version);
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

/** Versions without stages are deprecated: they stay until there are more than 100 versions. */
function removeOldest(secret: SecretRecord, added: SecretVersion): void {
  const deprecated = secret.versions.filter(({ stages }) => stages.length === 0);
  const excess = new Set(deprecated.slice(0, Math.max(0, secret.versions.length - MAX_VERSIONS)));
  secret.versions = secret.versions.filter((version) => version === added || !excess.has(version));
}

/**
 * Moves a stage to a version. The version that loses AWSCURRENT gets AWSPREVIOUS and loses AWSPENDING, as recorded by
 * LocalStack's test_update_secret_version_stages_current_pending.
 */
function moveStage(secret: SecretRecord, stage: string, to: SecretVersion | undefined): void {
  const from = secret.versions.find((version) => version.stages.includes(stage));
  if (from) from.stages = from.stages.filter((other) => other !== stage);
  to?.stages.push(stage);
  if (stage !== CURRENT || !from || from === to) return;
  from.stages = from.stages.filter((other) => other !== PENDING);
  moveStage(secret, PREVIOUS, from);
}

/** SDKs always send a token (recorded by LocalStack's test_no_client_request_token). Calls inside the cloud need none. */
export function checkToken(input: { ClientRequestToken?: string | undefined }, { headers }: Call): void {
  if (headers && input.ClientRequestToken === undefined)
    throw invalidRequest("You must provide a ClientRequestToken value. We recommend a UUID-type value.");
}

const invalidParameter = (message: string) => new AwsError("InvalidParameterException", message);

export function versionOperations(store: SecretStore) {
  return {
    GetSecretValue: {
      resources: store.arnsOf,
      run: ({ SecretId, VersionId, VersionStage }, { caller }) => {
        const secret = store.findActive(SecretId);
        const stage = VersionStage ?? CURRENT;
        const version = secret.versions.find(({ id, stages }) =>
          VersionId === undefined ? stages.includes(stage) : id === VersionId,
        );
        if (!version)
          throw new AwsError(
            "ResourceNotFoundException",
            `Secrets Manager can't find the specified secret value for ${VersionId === undefined ? `staging label: ${stage}` : `VersionId: ${VersionId}`}`,
          );
        if (VersionStage !== undefined && !version.stages.includes(VersionStage))
          throw invalidRequest(
            "You provided a VersionStage that is not associated to the provided VersionId.",
          );
        checkKey(store.cloud, secret, "decrypt", caller);
        markAccess(secret, version);
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
      run: (input, call) => {
        checkToken(input, call);
        const secret = store.findActive(input.SecretId);
        const version = addVersion(store, secret, input, call.caller, input.VersionStages);
        if (!version) throw invalidParameter("You must provide either SecretString or SecretBinary.");
        store.save(secret);
        return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: version.stages };
      },
    },
    ListSecretVersionIds: {
      resources: store.arnsOf,
      run: (input) => {
        const { arn, name, versions, kmsKeyId } = store.find(input.SecretId);
        const listed = versions.filter(({ stages }) => input.IncludeDeprecated || stages.length > 0);
        return {
          ARN: arn,
          Name: name,
          Versions: listed.map(({ id, stages, createdAt, accessedAt }) => ({
            VersionId: id,
            ...(stages.length > 0 && { VersionStages: stages }),
            CreatedDate: new Date(createdAt),
            ...(accessedAt !== undefined && { LastAccessedDate: new Date(accessedAt) }),
            KmsKeyIds: [kmsKeyId ?? "DefaultEncryptionKey"],
          })),
        };
      },
    },
    UpdateSecretVersionStage: {
      resources: store.arnsOf,
      run: ({ SecretId, MoveToVersionId, RemoveFromVersionId, VersionStage = "" }) => {
        const secret = store.findActive(SecretId);
        const attached = secret.versions.find(({ stages }) => stages.includes(VersionStage))?.id;
        // API reference, UpdateSecretVersionStage: a label that is attached to another version is removed by its name.
        if (MoveToVersionId !== undefined && attached !== undefined && attached !== MoveToVersionId) {
          if (RemoveFromVersionId === undefined)
            throw invalidParameter(
              `The parameter RemoveFromVersionId can't be empty. Staging label ${VersionStage} is currently attached to version ${attached}, so you must explicitly reference that version in RemoveFromVersionId.`,
            );
          if (RemoveFromVersionId !== attached)
            throw invalidParameter(
              `Staging label ${VersionStage} is currently attached to version ${attached}, and not to version ${RemoveFromVersionId}.`,
            );
        }
        const target = secret.versions.find(({ id }) => id === MoveToVersionId);
        moveStage(secret, VersionStage, target);
        store.save(secret);
        return { ARN: secret.arn, Name: secret.name };
      },
    },
  } satisfies Operations<"secretsmanager">;

  /** AWS states the day of the last access, at midnight UTC (API reference, LastAccessedDate). */
  function markAccess(secret: SecretRecord, version: SecretVersion): void {
    const today = Math.floor(store.cloud.clock.now() / DAY) * DAY;
    if (secret.accessedAt === today && version.accessedAt === today) return;
    secret.accessedAt = today;
    version.accessedAt = today;
    store.save(secret);
  }
}
