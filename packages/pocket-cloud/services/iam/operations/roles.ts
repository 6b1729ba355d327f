import type { Operations } from "../../../service";
import {
  type Account,
  alreadyExists,
  conflict,
  encodeDocument,
  newId,
  page,
  tagList,
  tagRecord,
} from "../account";
import { checkTrustPolicy } from "../policy/check";
import type { Role } from "../store";

const name = { RoleName: { length: [1, 64], pattern: /[\w+=,.@-]+/ } } as const;
const MAX_SESSION = { range: [3600, 43200] } as const;

export function roleOperations(account: Account) {
  const { roles } = account.store;
  const ofRole = (input: { RoleName: string | undefined }) => [account.roleArn(input.RoleName ?? "")];
  return {
    CreateRole: {
      rules: {
        ...name,
        Path: { length: [1, 512], pattern: /(\u002F)|(\u002F[\u0021-\u007E]+\u002F)/ },
        Description: { length: [0, 1000] },
        MaxSessionDuration: MAX_SESSION,
      },
      resources: (input) => [account.arn("role", input.Path ?? "/", input.RoleName ?? "")],
      run: (input) => {
        const { RoleName = "", Path: path = "/", AssumeRolePolicyDocument: trust = "" } = input;
        if (roles.has(RoleName)) throw alreadyExists(`Role with name ${RoleName} already exists.`);
        checkTrustPolicy(trust);
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
          tags: tagRecord(input.Tags),
          inline: {},
          attached: [],
        });
        return { Role: describeRole(role) };
      },
    },
    GetRole: {
      rules: name,
      resources: ofRole,
      run: ({ RoleName = "" }) => ({ Role: describeRole(account.role(RoleName)) }),
    },
    ListRoles: {
      run: (input) => {
        const found = roles.values().filter(({ path }) => path.startsWith(input.PathPrefix ?? "/"));
        const { items, rest } = page(found, input);
        return {
          Roles: items.map(({ tags: _tags, ...role }) => describeRole({ ...role, tags: {} })),
          ...rest,
        };
      },
    },
    UpdateRole: {
      rules: { ...name, MaxSessionDuration: MAX_SESSION },
      resources: ofRole,
      run: (input) => {
        const role = account.role(input.RoleName ?? "");
        roles.update(role.name, (kept) => {
          kept.description = input.Description ?? kept.description;
          kept.maxSessionSeconds = input.MaxSessionDuration ?? kept.maxSessionSeconds;
        });
        return {};
      },
    },
    UpdateRoleDescription: {
      resources: ofRole,
      run: ({ RoleName = "", Description }) => {
        account.role(RoleName).description = Description;
        const role = roles.update(RoleName, () => {});
        return { Role: role && describeRole(role) };
      },
    },
    UpdateAssumeRolePolicy: {
      rules: name,
      resources: ofRole,
      run: ({ RoleName = "", PolicyDocument = "" }) => {
        account.role(RoleName);
        checkTrustPolicy(PolicyDocument);
        roles.update(RoleName, (role) => {
          role.trust = PolicyDocument;
        });
        return {};
      },
    },
    PutRolePermissionsBoundary: {
      resources: ofRole,
      run: ({ RoleName = "", PermissionsBoundary = "" }) => {
        account.role(RoleName);
        account.policy(PermissionsBoundary);
        roles.update(RoleName, (role) => {
          role.boundary = PermissionsBoundary;
        });
        return {};
      },
    },
    DeleteRolePermissionsBoundary: {
      resources: ofRole,
      run: ({ RoleName = "" }) => {
        account.role(RoleName);
        roles.update(RoleName, (role) => {
          role.boundary = undefined;
        });
        return {};
      },
    },
    DeleteRole: {
      rules: name,
      resources: ofRole,
      run: ({ RoleName = "" }) => {
        const role = account.role(RoleName);
        if (role.attached.length > 0) throw conflict("Cannot delete entity, must detach all policies first.");
        if (Object.keys(role.inline).length > 0)
          throw conflict("Cannot delete entity, must delete policies first.");
        roles.delete(RoleName);
        return {};
      },
    },
    TagRole: {
      resources: ofRole,
      run: ({ RoleName = "", Tags }) => {
        account.role(RoleName);
        roles.update(RoleName, (role) => Object.assign(role.tags, tagRecord(Tags)));
        return {};
      },
    },
    UntagRole: {
      resources: ofRole,
      run: ({ RoleName = "", TagKeys }) => {
        account.role(RoleName);
        roles.update(RoleName, (role) => {
          for (const key of TagKeys ?? []) delete role.tags[key];
        });
        return {};
      },
    },
    ListRoleTags: {
      resources: ofRole,
      run: (input) => {
        const { items, rest } = page(tagList(account.role(input.RoleName ?? "").tags), input);
        return { Tags: items, ...rest };
      },
    },
    /** There are no instance profiles here, so no role is in one. */
    ListInstanceProfilesForRole: {
      resources: ofRole,
      run: ({ RoleName = "" }) => {
        account.role(RoleName);
        return { InstanceProfiles: [], IsTruncated: false };
      },
    },
  } satisfies Operations<"iam">;
}

function describeRole(role: Role) {
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
