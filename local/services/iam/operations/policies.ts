import { AwsError } from "../../../errors";
import type { Operations } from "../../../service";
import {
  type Account,
  alreadyExists,
  conflict,
  defaultVersion,
  encodeDocument,
  newId,
  noSuchEntity,
  page,
  tagList,
  tagRecord,
} from "../account";
import { parsePolicy } from "../policy/document";
import type { ManagedPolicy, PolicyVersion } from "../store";

const MAX_VERSIONS = 5;

export function policyOperations(account: Account) {
  const { policies, roles } = account.store;
  const ofPolicy = (input: { PolicyArn: string | undefined }) => [input.PolicyArn ?? "*"];
  return {
    CreatePolicy: {
      rules: {
        PolicyName: { length: [1, 128], pattern: /[\w+=,.@-]+/ },
        PolicyDocument: { length: [1, 131072] },
      },
      resources: (input) => [account.arn("policy", input.Path ?? "/", input.PolicyName ?? "")],
      run: (input) => {
        const { PolicyName = "", Path: path = "/", PolicyDocument: document = "" } = input;
        const arn = account.arn("policy", path, PolicyName);
        if (policies.has(arn))
          throw alreadyExists(
            `A policy called ${PolicyName} already exists. Duplicate names are not allowed.`,
          );
        parsePolicy(document);
        const created = account.now();
        const policy = policies.set(arn, {
          name: PolicyName,
          path,
          arn,
          id: newId("ANPA"),
          created,
          updated: created,
          description: input.Description,
          tags: tagRecord(input.Tags),
          versions: [{ id: "v1", document, created, isDefault: true }],
          nextVersion: 2,
        });
        return { Policy: describePolicy(policy) };
      },
    },
    GetPolicy: {
      resources: ofPolicy,
      run: ({ PolicyArn = "" }) => ({ Policy: describePolicy(account.policy(PolicyArn)) }),
    },
    ListPolicies: {
      run: (input) => {
        const found = input.Scope === "AWS" ? [] : policies.values();
        const { items, rest } = page(
          found.filter(
            ({ path, arn }) =>
              path.startsWith(input.PathPrefix ?? "/") &&
              (!input.OnlyAttached || account.rolesWith(arn).length > 0),
          ),
          input,
        );
        return { Policies: items.map((policy) => describePolicy(policy)), ...rest };
      },
    },
    DeletePolicy: {
      resources: ofPolicy,
      run: ({ PolicyArn = "" }) => {
        const policy = account.ownPolicy(PolicyArn);
        if (account.rolesWith(PolicyArn).length > 0)
          throw conflict("Cannot delete a policy attached to entities.");
        if (policy.versions.length > 1)
          throw conflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions.",
          );
        policies.delete(PolicyArn);
        return {};
      },
    },
    CreatePolicyVersion: {
      resources: ofPolicy,
      run: ({ PolicyArn = "", PolicyDocument: document = "", SetAsDefault }) => {
        const policy = account.ownPolicy(PolicyArn);
        parsePolicy(document);
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
    ListEntitiesForPolicy: {
      resources: ofPolicy,
      run: (input) => {
        account.policy(input.PolicyArn ?? "");
        const { items, rest } = page(account.rolesWith(input.PolicyArn ?? ""), input);
        const PolicyRoles = items.map(({ name, id }) => ({ RoleName: name, RoleId: id }));
        return { PolicyRoles, PolicyUsers: [], PolicyGroups: [], ...rest };
      },
    },
    TagPolicy: {
      resources: ofPolicy,
      run: ({ PolicyArn = "", Tags }) => {
        account.ownPolicy(PolicyArn);
        policies.update(PolicyArn, (policy) => Object.assign(policy.tags, tagRecord(Tags)));
        return {};
      },
    },
    UntagPolicy: {
      resources: ofPolicy,
      run: ({ PolicyArn = "", TagKeys }) => {
        account.ownPolicy(PolicyArn);
        policies.update(PolicyArn, (policy) => {
          for (const key of TagKeys ?? []) delete policy.tags[key];
        });
        return {};
      },
    },
    ListPolicyTags: {
      resources: ofPolicy,
      run: (input) => {
        const { items, rest } = page(tagList(account.policy(input.PolicyArn ?? "").tags), input);
        return { Tags: items, ...rest };
      },
    },
  } satisfies Operations<"iam">;

  function versionOf(policy: ManagedPolicy, id: string): PolicyVersion {
    const found = policy.versions.find((version) => version.id === id);
    if (found) return found;
    throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
  }

  function describePolicy(policy: ManagedPolicy) {
    return {
      PolicyName: policy.name,
      PolicyId: policy.id,
      Arn: policy.arn,
      Path: policy.path,
      DefaultVersionId: defaultVersion(policy).id,
      AttachmentCount: account.rolesWith(policy.arn).length,
      PermissionsBoundaryUsageCount: roles.values().filter(({ boundary }) => boundary === policy.arn).length,
      IsAttachable: true,
      CreateDate: policy.created,
      UpdateDate: policy.updated,
      ...(policy.description !== undefined && { Description: policy.description }),
      ...(Object.keys(policy.tags).length > 0 && { Tags: tagList(policy.tags) }),
    };
  }
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
