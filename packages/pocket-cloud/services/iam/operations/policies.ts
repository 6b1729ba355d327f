import type { Operations } from "../../../service";
import {
  type Account,
  alreadyExists,
  conflict,
  defaultVersion,
  newId,
  page,
  tagList,
  tagRecord,
} from "../account";
import { checkIdentityPolicy } from "../policy/check";
import type { ManagedPolicy } from "../store";

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
        checkIdentityPolicy(document);
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
