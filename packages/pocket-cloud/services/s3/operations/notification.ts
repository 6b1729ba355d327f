import { randomUUID } from "node:crypto";
import type { NotificationConfiguration, NotificationConfigurationFilter } from "@aws-sdk/client-s3";
import { AwsError, unsupported } from "../../../errors";
import { invalidArgument, s3Errors } from "../errors";
import { destinations, unreachable } from "../notifications";
import { type Make, onBucket } from "../operation";
import { readConfiguration, required, writeConfiguration } from "./configurations";

export const getBucketNotificationConfiguration: Make<"GetBucketNotificationConfiguration"> = (store) => ({
  ...onBucket("s3:GetBucketNotification"),
  run: (input) => ({ ...readConfiguration<NotificationConfiguration>(store, input, "notification") }),
});

const EVENTS =
  /^s3:(ObjectCreated:(\*|Put|Post|Copy|CompleteMultipartUpload)|ObjectRemoved:(\*|Delete|DeleteMarkerCreated)|LifecycleExpiration:(\*|Delete|DeleteMarkerCreated))$/;

/** Each kind's service, and its name in S3's errors (recorded by LocalStack's tests of notifications). */
const KINDS = {
  queue: { service: "sqs", name: "Queue" },
  topic: { service: "sns", name: "Topic" },
  function: { service: "lambda", name: "CloudFunction" },
} as const;

export const putBucketNotificationConfiguration: Make<"PutBucketNotificationConfiguration"> = (store) => ({
  ...onBucket("s3:PutBucketNotification"),
  run: async (input) => {
    const given = required(input.NotificationConfiguration);
    if (given.EventBridgeConfiguration)
      throw unsupported("S3 notifications to EventBridge; use a queue, a topic or a function");
    checkFilters(given);
    for (const { arn, kind, events } of destinations(given)) {
      const { service, name } = KINDS[kind];
      if (!arn.startsWith(`arn:aws:${service}:`))
        throw invalidArgument("The ARN could not be parsed", name, arn);
      const unknown = events.find((event) => !EVENTS.test(event));
      if (unknown !== undefined) throw unsupported(`S3 notifications of the event ${unknown}`);
    }
    const named = <T extends Named>(list: T[] | undefined) =>
      list?.map((one) => ({ ...one, Id: one.Id ?? randomUUID(), Filter: capitalized(one.Filter) }));
    const { QueueConfigurations, TopicConfigurations, LambdaFunctionConfigurations } = given;
    const kept: NotificationConfiguration = {
      ...(QueueConfigurations && { QueueConfigurations: named(QueueConfigurations) }),
      ...(TopicConfigurations && { TopicConfigurations: named(TopicConfigurations) }),
      ...(LambdaFunctionConfigurations && {
        LambdaFunctionConfigurations: named(LambdaFunctionConfigurations),
      }),
    };
    if (!input.SkipDestinationValidation) {
      const refused = await unreachable(store.cloud, store.bucket(input.Bucket).name, kept);
      if (refused.length > 0) throw unableToValidate(refused);
    }
    return writeConfiguration(store, input, "notification", destinations(kept).length > 0 ? kept : undefined);
  },
});

/** S3 lists the destinations that refuse in numbered members. */
const unableToValidate = (
  refused: readonly { readonly arn: string; readonly reason: string }[],
): AwsError => {
  const numbered = refused.flatMap(({ arn, reason }, index) => [
    [`ArgumentName${index + 1}`, arn],
    [`ArgumentValue${index + 1}`, reason],
  ]);
  return new AwsError(
    "InvalidArgument",
    "Unable to validate the following destination configurations",
    400,
    Object.fromEntries(numbered),
  );
};

interface Named {
  Id?: string | undefined;
  Filter?: NotificationConfigurationFilter | undefined;
}

/** S3 returns the names of filter rules with a capital (recorded by LocalStack's test_filter_rules_case_insensitive). */
function capitalized(
  filter: NotificationConfigurationFilter | undefined,
): NotificationConfigurationFilter | undefined {
  const rules = filter?.Key?.FilterRules;
  if (!rules) return filter;
  const FilterRules = rules.map(({ Name = "", Value }) => ({
    Name: (Name[0]?.toUpperCase() + Name.slice(1).toLowerCase()) as "prefix",
    Value,
  }));
  return { Key: { FilterRules } };
}

function checkFilters({
  QueueConfigurations = [],
  TopicConfigurations = [],
  LambdaFunctionConfigurations = [],
}: NotificationConfiguration): void {
  for (const { Filter } of [...QueueConfigurations, ...TopicConfigurations, ...LambdaFunctionConfigurations])
    for (const { Name, Value } of Filter?.Key?.FilterRules ?? []) {
      if (Name === undefined || Value === undefined) throw s3Errors.malformedXml();
      if (!/^(prefix|suffix)$/i.test(Name))
        throw invalidArgument("filter rule name must be either prefix or suffix", "FilterRule.Name", Name);
    }
}
