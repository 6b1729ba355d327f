import type { Operations } from "../../../service";
import { type Account, encodeDocument, noSuchEntity, page } from "../account";
import { checkIdentityPolicy } from "../policy/check";

/** A role's inline policies and its attached managed policies. */
export function rolePolicyOperations(account: Account) {
  const resources = account.roleArns;
  return {
    PutRolePolicy: {
      resources,
      run: ({ RoleName, PolicyName = "", PolicyDocument = "" }) => {
        account.role(RoleName);
        checkIdentityPolicy(PolicyDocument, "inline");
        return account.changeRole(RoleName, (role) => {
          role.inline[PolicyName] = PolicyDocument;
        });
      },
    },
    GetRolePolicy: {
      resources,
      run: ({ RoleName, PolicyName = "" }) => ({
        RoleName,
        PolicyName,
        PolicyDocument: encodeDocument(inlinePolicy(account, RoleName, PolicyName)),
      }),
    },
    DeleteRolePolicy: {
      resources,
      run: ({ RoleName, PolicyName = "" }) => {
        inlinePolicy(account, RoleName, PolicyName);
        return account.changeRole(RoleName, (role) => {
          delete role.inline[PolicyName];
        });
      },
    },
    ListRolePolicies: {
      resources,
      run: (input) => {
        const { items, rest } = page(Object.keys(account.role(input.RoleName).inline).sort(), input);
        return { PolicyNames: items, ...rest };
      },
    },
    AttachRolePolicy: {
      resources,
      run: ({ RoleName, PolicyArn }) => {
        account.role(RoleName);
        const { arn } = account.policy(PolicyArn);
        return account.changeRole(RoleName, ({ attached }) => {
          if (!attached.includes(arn)) attached.push(arn);
        });
      },
    },
    DetachRolePolicy: {
      resources,
      run: ({ RoleName, PolicyArn = "" }) =>
        account.changeRole(RoleName, (role) => {
          if (!role.attached.includes(PolicyArn)) throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
          role.attached = role.attached.filter((arn) => arn !== PolicyArn);
        }),
    },
    ListAttachedRolePolicies: {
      resources,
      run: (input) => {
        const { items, rest } = page(account.role(input.RoleName).attached, input);
        const policies = items.map((arn) => ({ PolicyArn: arn, PolicyName: account.policy(arn).name }));
        return { AttachedPolicies: policies, ...rest };
      },
    },
  } satisfies Operations<"iam">;
}

function inlinePolicy(account: Account, role: string | undefined, policy: string): string {
  const { inline } = account.role(role);
  const document = Object.hasOwn(inline, policy) ? inline[policy] : undefined;
  if (document === undefined) throw noSuchEntity(`The role policy with name ${policy} cannot be found.`);
  return document;
}
