import type { Operations } from "../../../service";
import { type Account, encodeDocument, noSuchEntity, page } from "../account";
import { checkIdentityPolicy } from "../policy/check";

/** What a role may do: policies written into it, and managed ones attached to it. */
export function rolePolicyOperations(account: Account) {
  const { roles } = account.store;
  const ofRole = (input: { RoleName: string | undefined }) => [account.roleArn(input.RoleName ?? "")];
  return {
    PutRolePolicy: {
      rules: {
        PolicyName: { length: [1, 128], pattern: /[\w+=,.@-]+/ },
        PolicyDocument: { length: [1, 131072] },
      },
      resources: ofRole,
      run: ({ RoleName = "", PolicyName = "", PolicyDocument = "" }) => {
        account.role(RoleName);
        checkIdentityPolicy(PolicyDocument);
        roles.update(RoleName, (role) => {
          role.inline[PolicyName] = PolicyDocument;
        });
        return {};
      },
    },
    GetRolePolicy: {
      resources: ofRole,
      run: ({ RoleName = "", PolicyName = "" }) => ({
        RoleName,
        PolicyName,
        PolicyDocument: encodeDocument(inlineOf(account, RoleName, PolicyName)),
      }),
    },
    DeleteRolePolicy: {
      resources: ofRole,
      run: ({ RoleName = "", PolicyName = "" }) => {
        inlineOf(account, RoleName, PolicyName);
        roles.update(RoleName, (role) => {
          delete role.inline[PolicyName];
        });
        return {};
      },
    },
    ListRolePolicies: {
      resources: ofRole,
      run: (input) => {
        const { items, rest } = page(Object.keys(account.role(input.RoleName ?? "").inline).sort(), input);
        return { PolicyNames: items, ...rest };
      },
    },
    AttachRolePolicy: {
      resources: ofRole,
      run: ({ RoleName = "", PolicyArn = "" }) => {
        const role = account.role(RoleName);
        account.policy(PolicyArn);
        if (!role.attached.includes(PolicyArn))
          roles.update(RoleName, ({ attached }) => attached.push(PolicyArn));
        return {};
      },
    },
    DetachRolePolicy: {
      resources: ofRole,
      run: ({ RoleName = "", PolicyArn = "" }) => {
        if (!account.role(RoleName).attached.includes(PolicyArn))
          throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
        roles.update(RoleName, (role) => {
          role.attached = role.attached.filter((arn) => arn !== PolicyArn);
        });
        return {};
      },
    },
    ListAttachedRolePolicies: {
      resources: ofRole,
      run: (input) => {
        const { items, rest } = page(account.role(input.RoleName ?? "").attached, input);
        const policies = items.map((arn) => ({ PolicyArn: arn, PolicyName: account.policy(arn).name }));
        return { AttachedPolicies: policies, ...rest };
      },
    },
  } satisfies Operations<"iam">;
}

function inlineOf(account: Account, role: string, policy: string): string {
  const { inline } = account.role(role);
  const document = Object.hasOwn(inline, policy) ? inline[policy] : undefined;
  if (document === undefined) throw noSuchEntity(`The role policy with name ${policy} cannot be found.`);
  return document;
}
