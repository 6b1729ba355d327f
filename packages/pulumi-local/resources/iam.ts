import type { iam } from "@pulumi/aws";
import { digits, policyText, type Types, tagList, type } from "./type";

export const iamTypes: Types = {
  "aws:iam/role:Role": type<iam.RoleArgs>({
    nameInput: "name",
    replaceOn: ["name", "path"],
    taggable: true,
    describe: ({ name = "", path = "/" }, site, urn) => ({
      id: name,
      outputs: {
        name,
        arn: `arn:${site.partition}:iam::${site.account}:role${path}${name}`,
        uniqueId: `AROA${digits(urn, 17).toUpperCase()}`,
        createDate: "2026-01-01T00:00:00Z",
      },
    }),
    create: async (
      { name, path, description, assumeRolePolicy, maxSessionDuration, permissionsBoundary },
      { call, tags },
    ) => {
      const { Role: role } = await call("iam", "CreateRole", {
        RoleName: name,
        Path: path,
        Description: description,
        AssumeRolePolicyDocument: policyText(assumeRolePolicy),
        MaxSessionDuration: maxSessionDuration,
        PermissionsBoundary: permissionsBoundary,
        ...(Object.keys(tags).length > 0 && { Tags: tagList(tags) }),
      });
      return {
        outputs: { arn: role?.Arn, uniqueId: role?.RoleId, createDate: role?.CreateDate?.toISOString() },
      };
    },
    update: async ({ name, description, assumeRolePolicy, maxSessionDuration }, { call, tags }) => {
      const PolicyDocument = policyText(assumeRolePolicy);
      await call("iam", "UpdateAssumeRolePolicy", { RoleName: name, PolicyDocument });
      await call("iam", "UpdateRole", {
        RoleName: name,
        Description: description,
        MaxSessionDuration: maxSessionDuration,
      });
      if (Object.keys(tags).length > 0) await call("iam", "TagRole", { RoleName: name, Tags: tagList(tags) });
    },
    delete: async ({ name }, { call }) => {
      await call("iam", "DeleteRole", { RoleName: name });
    },
  }),
  "aws:iam/rolePolicy:RolePolicy": type<iam.RolePolicyArgs>({
    nameInput: "name",
    replaceOn: ["name", "role"],
    describe: ({ name, role }) => ({ id: `${role}:${name}`, outputs: { name } }),
    create: async ({ name, role, policy }, { call }) => {
      const RoleName = roleName(role);
      await call("iam", "PutRolePolicy", { RoleName, PolicyName: name, PolicyDocument: policyText(policy) });
      return undefined;
    },
    update: async ({ name, role, policy }, { call }) => {
      const RoleName = roleName(role);
      await call("iam", "PutRolePolicy", { RoleName, PolicyName: name, PolicyDocument: policyText(policy) });
    },
    delete: async ({ name, role }, { call }) => {
      await call("iam", "DeleteRolePolicy", { RoleName: roleName(role), PolicyName: name });
    },
  }),
};

const roleName = (role: unknown): string => String(role);
