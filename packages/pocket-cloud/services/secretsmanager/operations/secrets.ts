import { AwsError, unsupported } from "../../../errors";
import type { Input } from "../../../models";
import type { Operations } from "../../../service";
import { pageOf } from "../../shared/paging";
import { tagList, tagOperations, tagsFrom } from "../../shared/tags";
import { checkName, invalidRequest, type SecretRecord, type SecretStore } from "../store";
import { addVersion, checkToken, repeated } from "./versions";

const DAY = 86_400_000;

export function secretOperations(store: SecretStore) {
  const { arnsOf: resources } = store;
  const tags = tagOperations({
    resources,
    find: (input: { SecretId?: string | undefined }) => store.findActive(input.SecretId),
    save: (secret) => store.save({ ...secret, tagged: true }),
  });
  const saved = (secret: SecretRecord) => {
    store.save(secret);
    return { ARN: secret.arn, Name: secret.name };
  };
  return {
    CreateSecret: {
      resources: ({ Name = "" }) => [store.arnWithoutSuffix(Name)],
      run: (input, call) => {
        checkToken(input, call);
        if (input.AddReplicaRegions?.length) throw unsupported("replicas of secrets");
        const { Name: name = "" } = input;
        checkName(name);
        const again = repeatedCreation(store.secrets.get(name), input);
        if (again) return again;
        refuseTakenName(name);
        const now = store.cloud.clock.now();
        const secret: SecretRecord = {
          arn: store.newArn(name),
          name,
          versions: [],
          tags: tagsFrom(input.Tags),
          ...(input.Tags?.length && { tagged: true }),
          createdAt: now,
          changedAt: now,
          ...(input.Description !== undefined && { description: input.Description }),
          ...(input.KmsKeyId !== undefined && { kmsKeyId: input.KmsKeyId }),
        };
        const version = addVersion(store, secret, input, call.caller);
        return { ...saved(secret), ...(version && { VersionId: version.id }) };
      },
    },
    UpdateSecret: {
      resources,
      run: (input, call) => {
        checkToken(input, call);
        const secret = { ...store.findActive(input.SecretId) };
        if (input.Description !== undefined) secret.description = input.Description;
        if (input.KmsKeyId !== undefined) secret.kmsKeyId = input.KmsKeyId;
        const version = addVersion(store, secret, input, call.caller);
        return { ...saved(secret), ...(version && { VersionId: version.id }) };
      },
    },
    DescribeSecret: {
      resources,
      run: ({ SecretId }) => describe(store.find(SecretId)),
    },
    ListSecrets: {
      run: (input) => {
        if (input.Filters?.length) throw unsupported("filters of ListSecrets");
        const all = store.secrets
          .values()
          .filter((secret) => input.IncludePlannedDeletion || secret.deletedAt === undefined);
        const { items, next } = pageOf(all, input.NextToken, input.MaxResults ?? 100);
        return { SecretList: items.map(describe), ...next };
      },
    },
    DeleteSecret: {
      resources,
      run: ({ SecretId, ForceDeleteWithoutRecovery, RecoveryWindowInDays = 30 }) => {
        checkRecoveryWindow(RecoveryWindowInDays);
        // API reference, DeleteSecret: a repeated deletion without recovery succeeds.
        if (ForceDeleteWithoutRecovery && !store.lookUp(SecretId ?? ""))
          return { Name: SecretId, DeletionDate: new Date(store.cloud.clock.now()) };
        const secret = store.find(SecretId);
        // A deletion that is scheduled can only be made immediate (user guide, "Delete a secret").
        if (secret.deletedAt !== undefined && !ForceDeleteWithoutRecovery)
          throw invalidRequest(
            "You can't perform this operation on the secret because it was already scheduled for deletion.",
          );
        const days = ForceDeleteWithoutRecovery ? 0 : RecoveryWindowInDays;
        const deletedAt = store.cloud.clock.now() + days * DAY;
        if (days === 0) store.secrets.delete(secret.name);
        else {
          secret.deletedAt = deletedAt;
          store.save(secret);
          store.scheduleDeletion(secret);
        }
        return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(deletedAt) };
      },
    },
    RestoreSecret: {
      resources,
      run: ({ SecretId }) => {
        const secret = store.find(SecretId);
        delete secret.deletedAt;
        return saved(secret);
      },
    },
    GetResourcePolicy: {
      resources,
      run: ({ SecretId }) => {
        const { arn, name, policy } = store.find(SecretId);
        return { ARN: arn, Name: name, ...(policy !== undefined && { ResourcePolicy: policy }) };
      },
    },
    PutResourcePolicy: {
      resources,
      run: ({ SecretId, ResourcePolicy = "" }) => {
        const secret = store.findActive(SecretId);
        secret.policy = ResourcePolicy;
        return saved(secret);
      },
    },
    DeleteResourcePolicy: {
      resources,
      run: ({ SecretId }) => {
        const secret = store.find(SecretId);
        delete secret.policy;
        return saved(secret);
      },
    },
    TagResource: tags.tag,
    UntagResource: tags.untag,
  } satisfies Operations<"secretsmanager">;

  /** The answer to a CreateSecret that the client repeats with the token and the content of one that succeeded. */
  function repeatedCreation(
    secret: SecretRecord | undefined,
    input: Input<"secretsmanager", "CreateSecret">,
  ) {
    const version = secret?.versions.find(({ id }) => id === input.ClientRequestToken);
    if (!secret || !version || secret.deletedAt !== undefined) return undefined;
    return { ARN: secret.arn, Name: secret.name, VersionId: repeated(store, version, input).id };
  }

  function refuseTakenName(name: string): void {
    const existing = store.secrets.get(name);
    if (existing?.deletedAt !== undefined)
      throw invalidRequest(
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    if (existing)
      throw new AwsError(
        "ResourceExistsException",
        `The operation failed because the secret ${name} already exists.`,
      );
  }
}

/** AWS leaves out what was never set, also an empty description (recorded by test_create_secret_version_from_empty_secret). */
function describe(secret: SecretRecord) {
  const staged = secret.versions.filter(({ stages }) => stages.length > 0);
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(secret.description && { Description: secret.description }),
    ...(secret.kmsKeyId !== undefined && { KmsKeyId: secret.kmsKeyId }),
    CreatedDate: new Date(secret.createdAt),
    LastChangedDate: new Date(secret.changedAt),
    ...(secret.accessedAt !== undefined && { LastAccessedDate: new Date(secret.accessedAt) }),
    ...(secret.deletedAt !== undefined && { DeletedDate: new Date(secret.deletedAt) }),
    ...(secret.tagged && { Tags: tagList(secret.tags) }),
    ...(staged.length > 0 && {
      VersionIdsToStages: Object.fromEntries(staged.map(({ id, stages }) => [id, stages])),
    }),
  };
}

/** API reference, DeleteSecret: 7 to 30 days. † The message is not recorded. */
function checkRecoveryWindow(days: number): void {
  if (days < 7 || days > 30)
    throw new AwsError(
      "InvalidParameterException",
      "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
    );
}
