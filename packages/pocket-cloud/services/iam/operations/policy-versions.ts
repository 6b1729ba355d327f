import { AwsError } from "../../../errors";
import type { Operations } from "../../../service";
import { type Account, conflict, encodeDocument, noSuchEntity, page } from "../account";
import { checkIdentityPolicy } from "../policy/check";
import type { ManagedPolicy, PolicyVersion } from "../store";

const MAX_VERSIONS = 5;

export function policyVersionOperations(account: Account) {
  const resources = account.policyArns;
  return {
    CreatePolicyVersion: {
      resources,
      run: ({ PolicyArn, PolicyDocument: document = "", SetAsDefault }) => {
        const { versions, nextVersion } = account.customerPolicy(PolicyArn);
        checkIdentityPolicy(document, "managed");
        if (versions.length >= MAX_VERSIONS)
          throw new AwsError(
            "LimitExceededException",
            "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
            409,
          );
        const version = { id: `v${nextVersion}`, document, created: account.now(), isDefault: false };
        account.changePolicy(PolicyArn, (policy) => {
          policy.nextVersion++;
          policy.versions.unshift(version);
          if (SetAsDefault) setDefault(policy, version.id, account.now());
        });
        return { PolicyVersion: describe(version) };
      },
    },
    GetPolicyVersion: {
      resources,
      run: ({ PolicyArn, VersionId }) => {
        const version = findVersion(account.policy(PolicyArn), VersionId);
        return { PolicyVersion: { ...describe(version), Document: encodeDocument(version.document) } };
      },
    },
    ListPolicyVersions: {
      resources,
      run: (input) => {
        const { items, rest } = page(account.policy(input.PolicyArn).versions, input);
        return { Versions: items.map(describe), ...rest };
      },
    },
    SetDefaultPolicyVersion: {
      resources,
      run: ({ PolicyArn, VersionId }) => {
        const { id } = findVersion(account.customerPolicy(PolicyArn), VersionId);
        return account.changePolicy(PolicyArn, (policy) => setDefault(policy, id, account.now()));
      },
    },
    DeletePolicyVersion: {
      resources,
      run: ({ PolicyArn, VersionId }) => {
        if (findVersion(account.customerPolicy(PolicyArn), VersionId).isDefault)
          throw conflict("Cannot delete the default version of a policy.");
        return account.changePolicy(PolicyArn, (policy) => {
          policy.versions = policy.versions.filter(({ id }) => id !== VersionId);
        });
      },
    },
  } satisfies Operations<"iam">;
}

function findVersion(policy: ManagedPolicy, id: string | undefined): PolicyVersion {
  const found = policy.versions.find((version) => version.id === id);
  if (found) return found;
  throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
}

function setDefault(policy: ManagedPolicy, id: string, now: Date): void {
  for (const version of policy.versions) version.isDefault = version.id === id;
  policy.updated = now;
}

const describe = ({ id, created, isDefault }: PolicyVersion) => ({
  VersionId: id,
  IsDefaultVersion: isDefault,
  CreateDate: created,
});
