import type { iam } from "@pulumi/aws";
import { tagging } from "./tagging";
import { digits, policyText, type Types, tagged, type } from "./type";

export const iamTypes: Types = {
  "aws:iam/role:Role": type<iam.RoleArgs>({
    nameInput: "name",
    replaceOn: ["name", "path"],
    taggable: tagging.iam,
    describe: ({ name = "", path = "/" }, location, urn) => ({
      id: name,
      outputs: {
        name,
        arn: `arn:${location.partition}:iam::${location.account}:role${path}${name}`,
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
        ...tagged(tags),
      });
      return {
        outputs: { arn: role?.Arn, uniqueId: role?.RoleId, createDate: role?.CreateDate?.toISOString() },
      };
    },
    update: async (
      { name, description, assumeRolePolicy, maxSessionDuration, permissionsBoundary },
      { call, changed },
    ) => {
      const PolicyDocument = policyText(assumeRolePolicy);
      await call("iam", "UpdateAssumeRolePolicy", { RoleName: name, PolicyDocument });
      await call("iam", "UpdateRole", {
        RoleName: name,
        Description: description,
        MaxSessionDuration: maxSessionDuration,
      });
      if (changed.has("permissionsBoundary") && permissionsBoundary)
        await call("iam", "PutRolePermissionsBoundary", {
          RoleName: name,
          PermissionsBoundary: permissionsBoundary,
        });
      else if (changed.has("permissionsBoundary"))
        await call("iam", "DeleteRolePermissionsBoundary", { RoleName: name });
    },
    delete: ({ name }, { call }) => call("iam", "DeleteRole", { RoleName: name }),
  }),
  "aws:iam/rolePolicy:RolePolicy": type<iam.RolePolicyArgs>({
    nameInput: "name",
    replaceOn: ["name", "role"],
    describe: ({ name, role }) => ({ id: `${role}:${name}`, outputs: { name } }),
    create: async ({ name, role, policy }, { call }) => {
      const RoleName = roleName(role);
      await call("iam", "PutRolePolicy", { RoleName, PolicyName: name, PolicyDocument: policyText(policy) });
    },
    update: async ({ name, role, policy }, { call }) => {
      const RoleName = roleName(role);
      await call("iam", "PutRolePolicy", { RoleName, PolicyName: name, PolicyDocument: policyText(policy) });
    },
    delete: ({ name, role }, { call }) =>
      call("iam", "DeleteRolePolicy", { RoleName: roleName(role), PolicyName: name }),
  }),
};

const roleName = (role: unknown): string => String(role);
