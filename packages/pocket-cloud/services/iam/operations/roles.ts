import type { Operations } from "../../../service";
import { tagList, tagOperations, tagsFrom } from "../../shared/tags";
import { type Account, alreadyExists, checkTags, conflict, encodeDocument, newId, page } from "../account";
import { checkTrustPolicy } from "../policy/check";
import type { Role } from "../store";

export function roleOperations(account: Account) {
  const { roles } = account.store;
  const resources = account.roleArns;
  const tags = tagOperations({
    resources,
    find: (input: { RoleName: string | undefined }) => account.role(input.RoleName),
    save: (role) => roles.set(role.name, role),
    check: (_, given) => checkTags(given),
  });
  return {
    CreateRole: {
      resources: ({ Path = "/", RoleName = "" }) => [account.arn("role", Path, RoleName)],
      run: (input) => {
        const { RoleName = "", Path: path = "/", AssumeRolePolicyDocument: trust = "" } = input;
        if (roles.has(RoleName)) throw alreadyExists(`Role with name ${RoleName} already exists.`);
        checkTrustPolicy(trust);
        checkTags(input.Tags);
        if (input.PermissionsBoundary) account.policy(input.PermissionsBoundary);
        const role = roles.set(RoleName, {
          name: RoleName,
          path,
          arn: account.arn("role", path, RoleName),
          id: newId("AROA"),
          created: account.now(),
          trust,
          description: input.Description,
          maxSessionSeconds: input.MaxSessionDuration ?? 3600,
          boundary: input.PermissionsBoundary,
          tags: tagsFrom(input.Tags),
          inline: {},
          attached: [],
        });
        // AWS states the default of MaxSessionDuration only later (recorded by LocalStack's test_create_describe_role).
        return { Role: { ...describe(role), MaxSessionDuration: input.MaxSessionDuration } };
      },
    },
    GetRole: {
      resources,
      // RoleLastUsed is empty, since no use is recorded here.
      run: ({ RoleName }) => ({ Role: { ...describe(account.role(RoleName)), RoleLastUsed: {} } }),
    },
    ListRoles: {
      run: (input) => {
        const found = roles.values().filter(({ path }) => path.startsWith(input.PathPrefix ?? "/"));
        const { items, rest } = page(found, input);
        // AWS leaves out tags and boundaries in lists.
        return { Roles: items.map((role) => describe({ ...role, tags: {}, boundary: undefined })), ...rest };
      },
    },
    UpdateRole: {
      resources,
      run: ({ RoleName, Description, MaxSessionDuration }) =>
        account.changeRole(RoleName, (role) => {
          role.description = Description ?? role.description;
          role.maxSessionSeconds = MaxSessionDuration ?? role.maxSessionSeconds;
        }),
    },
    UpdateRoleDescription: {
      resources,
      run: ({ RoleName, Description }) => {
        account.changeRole(RoleName, (role) => {
          role.description = Description;
        });
        return { Role: describe(account.role(RoleName)) };
      },
    },
    UpdateAssumeRolePolicy: {
      resources,
      run: ({ RoleName, PolicyDocument = "" }) => {
        account.role(RoleName);
        checkTrustPolicy(PolicyDocument);
        return account.changeRole(RoleName, (role) => {
          role.trust = PolicyDocument;
        });
      },
    },
    PutRolePermissionsBoundary: {
      resources,
      run: ({ RoleName, PermissionsBoundary }) => {
        account.role(RoleName);
        const { arn } = account.policy(PermissionsBoundary);
        return account.changeRole(RoleName, (role) => {
          role.boundary = arn;
        });
      },
    },
    DeleteRolePermissionsBoundary: {
      resources,
      run: ({ RoleName }) =>
        account.changeRole(RoleName, (role) => {
          role.boundary = undefined;
        }),
    },
    DeleteRole: {
      resources,
      run: ({ RoleName }) => {
        const { name, attached, inline } = account.role(RoleName);
        if (attached.length > 0) throw conflict("Cannot delete entity, must detach all policies first.");
        if (Object.keys(inline).length > 0)
          throw conflict("Cannot delete entity, must delete policies first.");
        roles.delete(name);
        return {};
      },
    },
    TagRole: tags.tag,
    UntagRole: tags.untag,
    ListRoleTags: {
      resources,
      run: (input) => {
        const { items, rest } = page(tagList(account.role(input.RoleName).tags), input);
        return { Tags: items, ...rest };
      },
    },
    /** Instance profiles are not supported, so no role is in one. The provider asks before it deletes a role. */
    ListInstanceProfilesForRole: {
      resources,
      run: ({ RoleName }) => {
        account.role(RoleName);
        return { InstanceProfiles: [], IsTruncated: false };
      },
    },
  } satisfies Operations<"iam">;
}

function describe(role: Role) {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: role.created,
    AssumeRolePolicyDocument: encodeDocument(role.trust),
    MaxSessionDuration: role.maxSessionSeconds,
    ...(role.description !== undefined && { Description: role.description }),
    ...(role.boundary !== undefined && {
      PermissionsBoundary: {
        PermissionsBoundaryType: "PermissionsBoundaryPolicy" as const,
        PermissionsBoundaryArn: role.boundary,
      },
    }),
    ...(Object.keys(role.tags).length > 0 && { Tags: tagList(role.tags) }),
  };
}
