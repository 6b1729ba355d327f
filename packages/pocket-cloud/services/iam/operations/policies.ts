import type { Operations } from "../../../service";
import { tagList, tagOperations, tagsFrom } from "../../shared/tags";
import {
  type Account,
  alreadyExists,
  checkTags,
  conflict,
  defaultVersion,
  newId,
  noSuchEntity,
  page,
} from "../account";
import { listAwsManagedPolicies } from "../aws-managed";
import { checkIdentityPolicy } from "../policy/check";
import type { ManagedPolicy } from "../store";

export function policyOperations(account: Account) {
  const { policies, roles } = account.store;
  const resources = account.policyArns;
  const tags = tagOperations({
    resources,
    find: (input: { PolicyArn: string | undefined }) => account.customerPolicy(input.PolicyArn),
    save: (policy) => policies.set(policy.arn, policy),
    check: (_, given) => checkTags(given),
  });
  return {
    CreatePolicy: {
      resources: ({ Path = "/", PolicyName = "" }) => [account.arn("policy", Path, PolicyName)],
      run: (input) => {
        const { PolicyName = "", Path: path = "/", PolicyDocument: document = "" } = input;
        const arn = account.arn("policy", path, PolicyName);
        if (policies.has(arn))
          throw alreadyExists(
            `A policy called ${PolicyName} already exists. Duplicate names are not allowed.`,
          );
        checkIdentityPolicy(document, "managed");
        checkTags(input.Tags);
        const created = account.now();
        const policy = policies.set(arn, {
          name: PolicyName,
          path,
          arn,
          id: newId("ANPA"),
          created,
          updated: created,
          description: input.Description,
          tags: tagsFrom(input.Tags),
          versions: [{ id: "v1", document, created, isDefault: true }],
          nextVersion: 2,
        });
        return { Policy: describe(policy) };
      },
    },
    GetPolicy: {
      resources,
      run: ({ PolicyArn }) => ({ Policy: describe(account.policy(PolicyArn)) }),
    },
    ListPolicies: {
      run: (input) => {
        const { Scope = "All", PathPrefix = "/", OnlyAttached } = input;
        const all = [
          ...(Scope === "AWS" ? [] : policies.values()),
          ...(Scope === "Local" ? [] : listAwsManagedPolicies()),
        ];
        const found = all.filter(
          ({ path, arn }) =>
            path.startsWith(PathPrefix) && (!OnlyAttached || account.rolesWith(arn).length > 0),
        );
        const { items, rest } = page(found, input);
        return { Policies: items.map(describe), ...rest };
      },
    },
    DeletePolicy: {
      resources,
      run: ({ PolicyArn }) => {
        // Recorded by LocalStack's test_delete_non_existent_policy_returns_no_such_entity.
        if (!account.hasPolicy(PolicyArn)) throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
        const { arn, versions } = account.customerPolicy(PolicyArn);
        if (account.rolesWith(arn).length > 0) throw conflict("Cannot delete a policy attached to entities.");
        if (versions.length > 1)
          throw conflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions.",
          );
        policies.delete(arn);
        return {};
      },
    },
    ListEntitiesForPolicy: {
      resources,
      run: (input) => {
        const { arn } = account.policy(input.PolicyArn);
        const { items, rest } = page(account.rolesWith(arn), input);
        const PolicyRoles = items.map(({ name, id }) => ({ RoleName: name, RoleId: id }));
        return { PolicyRoles, PolicyUsers: [], PolicyGroups: [], ...rest };
      },
    },
    TagPolicy: tags.tag,
    UntagPolicy: tags.untag,
    ListPolicyTags: {
      resources,
      run: (input) => {
        const { items, rest } = page(tagList(account.policy(input.PolicyArn).tags), input);
        return { Tags: items, ...rest };
      },
    },
  } satisfies Operations<"iam">;

  function describe(policy: ManagedPolicy) {
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
