import type { Budget, NotificationWithSubscribers } from "@aws-sdk/client-budgets";
import type { budgets, kms, ssm } from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { tagging } from "./tagging";
import { arn, type Context, policyText, type Types, tagged, tagList, type, uuidFor } from "./type";

/** Keys, parameters and budgets: what an account has few of. */
export const accountTypes: Types = {
  "aws:ssm/parameter:Parameter": type<ssm.ParameterArgs>({
    nameInput: "name",
    replaceOn: ["name"],
    taggable: tagging.ssm,
    describe: ({ name = "" }, location) => ({
      id: name,
      outputs: {
        name,
        arn: arn(location, "ssm", `parameter${name.startsWith("/") ? "" : "/"}${name}`),
        version: 1,
      },
    }),
    create: async (inputs, { call, tags }) => {
      const { Version } = await call("ssm", "PutParameter", {
        ...parameter(inputs),
        ...tagged(tags),
      });
      return { outputs: { version: Version } };
    },
    update: (inputs, { call }) => call("ssm", "PutParameter", { ...parameter(inputs), Overwrite: true }),
    refresh: async ({ name }, { call }) => {
      const { Parameter: found } = await call("ssm", "GetParameter", { Name: name });
      return { version: found?.Version };
    },
    delete: ({ name }, { call }) => call("ssm", "DeleteParameter", { Name: name }),
  }),
  "aws:kms/key:Key": type<kms.KeyArgs>({
    replaceOn: ["keyUsage", "customerMasterKeySpec", "multiRegion"],
    holdsData: true,
    taggable: tagging.kms,
    describe: (_, location, urn) => {
      const keyId = uuidFor(urn);
      return { id: keyId, outputs: { keyId, arn: arn(location, "kms", `key/${keyId}`) } };
    },
    find: ({ description }, context, isKnown) => keyWithoutAlias(description, context, isKnown),
    create: async ({ description, policy, enableKeyRotation }, { call, tags }) => {
      const { KeyMetadata: key } = await call("kms", "CreateKey", {
        Description: description,
        ...(policy !== undefined && { Policy: policyText(policy) }),
        ...(Object.keys(tags).length > 0 && {
          Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
        }),
      });
      const id = key?.KeyId ?? "";
      if (enableKeyRotation) await call("kms", "EnableKeyRotation", { KeyId: id });
      return { id, outputs: { keyId: id, arn: key?.Arn } };
    },
    update: async ({ description = "", policy, enableKeyRotation }, { call, id }) => {
      await call("kms", "UpdateKeyDescription", { KeyId: id, Description: description });
      if (policy !== undefined) await call("kms", "PutKeyPolicy", { KeyId: id, Policy: policyText(policy) });
      await call("kms", enableKeyRotation ? "EnableKeyRotation" : "DisableKeyRotation", { KeyId: id });
    },
    delete: ({ deletionWindowInDays = 30 }, { call, id }) =>
      call("kms", "ScheduleKeyDeletion", { KeyId: id, PendingWindowInDays: deletionWindowInDays }),
  }),
  "aws:kms/alias:Alias": type<kms.AliasArgs>({
    nameInput: "name",
    replaceOn: ["name"],
    describe: ({ name = "" }, location) => ({ id: name, outputs: { name, arn: arn(location, "kms", name) } }),
    create: async ({ name, targetKeyId }, { call }) => {
      await call("kms", "CreateAlias", { AliasName: name, TargetKeyId: targetKeyId });
    },
    update: ({ name, targetKeyId }, { call }) =>
      call("kms", "UpdateAlias", { AliasName: name, TargetKeyId: targetKeyId }),
    delete: ({ name }, { call }) => call("kms", "DeleteAlias", { AliasName: name }),
  }),
  "aws:budgets/budget:Budget": type<budgets.BudgetArgs>({
    nameInput: "name",
    replaceOn: ["name"],
    taggable: tagging.budgets,
    describe: ({ name = "" }, location) => ({
      id: `${location.account}:${name}`,
      outputs: { name, arn: `arn:${location.partition}:budgets::${location.account}:budget/${name}` },
    }),
    create: async (inputs, { call, location, tags }) => {
      await call("budgets", "CreateBudget", {
        AccountId: location.account,
        ...(Object.keys(tags).length > 0 && { ResourceTags: tagList(tags) }),
        Budget: budget(inputs),
        NotificationsWithSubscribers: (inputs.notifications ?? []).map(notification),
      });
    },
    update: (inputs, { call, location }) =>
      call("budgets", "UpdateBudget", { AccountId: location.account, NewBudget: budget(inputs) }),
    delete: ({ name }, { call, location }) =>
      call("budgets", "DeleteBudget", { AccountId: location.account, BudgetName: name }),
  }),
};

/** A key has no name. An alias means that it belongs to a deployment that went on. */
async function keyWithoutAlias(
  description: string | undefined,
  { call, tags }: Context,
  isKnown: (id: string) => boolean,
) {
  const { Keys = [] } = await call("kms", "ListKeys", { Limit: 1000 });
  for (const { KeyId = "" } of Keys) {
    if (isKnown(KeyId)) continue;
    const { KeyMetadata: key } = await call("kms", "DescribeKey", { KeyId });
    if (key?.KeyState !== "Enabled" || key.Description !== (description ?? "")) continue;
    const { Aliases = [] } = await call("kms", "ListAliases", { KeyId });
    const { Tags = [] } = await call("kms", "ListResourceTags", { KeyId });
    const has = new Map(Tags.map(({ TagKey, TagValue }) => [TagKey, TagValue]));
    const isOurs = Object.entries(tags).every(([name, value]) => has.get(name) === value);
    if (Aliases.length === 0 && isOurs) return { id: KeyId, outputs: { keyId: KeyId, arn: key.Arn } };
  }
  return undefined;
}

const parameter = (inputs: Unwrap<ssm.ParameterArgs>) => ({
  Name: inputs.name,
  Type: inputs.type as "String",
  Value: inputs.value ?? inputs.insecureValue,
  Description: inputs.description,
  KeyId: inputs.keyId,
  Tier: inputs.tier as "Standard",
});

const budget = (inputs: Unwrap<budgets.BudgetArgs>): Budget => ({
  BudgetName: inputs.name,
  BudgetType: inputs.budgetType as "COST",
  TimeUnit: inputs.timeUnit as "MONTHLY",
  BudgetLimit: { Amount: inputs.limitAmount, Unit: inputs.limitUnit },
  ...(inputs.costFilters && {
    CostFilters: Object.fromEntries(inputs.costFilters.map(({ name, values }) => [name, values])),
  }),
});

type Notification = NonNullable<Unwrap<budgets.BudgetArgs>["notifications"]>[number];

const notification = (from: Notification): NotificationWithSubscribers => ({
  Notification: {
    NotificationType: from.notificationType as "ACTUAL",
    ComparisonOperator: from.comparisonOperator as "GREATER_THAN",
    Threshold: from.threshold,
    ThresholdType: from.thresholdType as "PERCENTAGE",
  },
  Subscribers: [
    ...(from.subscriberEmailAddresses ?? []).map((Address) => ({
      SubscriptionType: "EMAIL" as const,
      Address,
    })),
    ...(from.subscriberSnsTopicArns ?? []).map((Address) => ({ SubscriptionType: "SNS" as const, Address })),
  ],
});
