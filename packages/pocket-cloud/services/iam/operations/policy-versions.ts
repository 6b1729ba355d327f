import { AwsError } from "../../../errors";
import type { Operations } from "../../../service";
import { type Account, conflict, encodeDocument, noSuchEntity, page } from "../account";
import { checkIdentityPolicy } from "../policy/check";
import type { ManagedPolicy, PolicyVersion } from "../store";

const MAX_VERSIONS = 5;

export function policyVersionOperations(account: Account) {
  const { policies } = account.store;
  const ofPolicy = (input: { PolicyArn: string | undefined }) => [input.PolicyArn ?? "*"];
  return {
    CreatePolicyVersion: {
      resources: ofPolicy,
      run: ({ PolicyArn = "", PolicyDocument: document = "", SetAsDefault }) => {
        const policy = account.ownPolicy(PolicyArn);
        checkIdentityPolicy(document);
        if (policy.versions.length >= MAX_VERSIONS)
          throw new AwsError(
            "LimitExceededException",
            "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
            409,
          );
        const version = { id: `v${policy.nextVersion}`, document, created: account.now(), isDefault: false };
        policies.update(PolicyArn, (kept) => {
          kept.nextVersion++;
          kept.versions.unshift(version);
          if (SetAsDefault) setDefault(kept, version.id, account.now());
        });
        const { Document: _document, ...described } = describeVersion(version);
        return { PolicyVersion: described };
      },
    },
    GetPolicyVersion: {
      resources: ofPolicy,
      run: ({ PolicyArn = "", VersionId = "" }) => ({
        PolicyVersion: describeVersion(versionOf(account.policy(PolicyArn), VersionId)),
      }),
    },
    ListPolicyVersions: {
      resources: ofPolicy,
      run: (input) => {
        const { items, rest } = page(account.policy(input.PolicyArn ?? "").versions, input);
        return {
          Versions: items.map(describeVersion).map(({ Document: _document, ...version }) => version),
          ...rest,
        };
      },
    },
    SetDefaultPolicyVersion: {
      resources: ofPolicy,
      run: ({ PolicyArn = "", VersionId = "" }) => {
        versionOf(account.ownPolicy(PolicyArn), VersionId);
        policies.update(PolicyArn, (policy) => setDefault(policy, VersionId, account.now()));
        return {};
      },
    },
    DeletePolicyVersion: {
      resources: ofPolicy,
      run: ({ PolicyArn = "", VersionId = "" }) => {
        if (versionOf(account.ownPolicy(PolicyArn), VersionId).isDefault)
          throw conflict("Cannot delete the default version of a policy.");
        policies.update(PolicyArn, (policy) => {
          policy.versions = policy.versions.filter(({ id }) => id !== VersionId);
        });
        return {};
      },
    },
  } satisfies Operations<"iam">;
}

function versionOf(policy: ManagedPolicy, id: string): PolicyVersion {
  const found = policy.versions.find((version) => version.id === id);
  if (found) return found;
  throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
}

function setDefault(policy: ManagedPolicy, id: string, now: Date): void {
  for (const version of policy.versions) version.isDefault = version.id === id;
  policy.updated = now;
}

const describeVersion = ({ id, document, created, isDefault }: PolicyVersion) => ({
  VersionId: id,
  Document: encodeDocument(document),
  IsDefaultVersion: isDefault,
  CreateDate: created,
});
