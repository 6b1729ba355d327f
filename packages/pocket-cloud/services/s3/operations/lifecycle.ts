import { randomUUID } from "node:crypto";
import type { LifecycleRule } from "@aws-sdk/client-s3";
import { AwsError } from "../../../errors";
import { invalidArgument, invalidRequest, s3Errors } from "../errors";
import type { LifecycleConfiguration } from "../lifecycle";
import { type Make, onBucket } from "../operation";
import { deleteConfiguration, readConfiguration, required, writeConfiguration } from "./configurations";

const none = () =>
  new AwsError("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", 404);

export const getBucketLifecycleConfiguration: Make<"GetBucketLifecycleConfiguration"> = (store) => ({
  ...onBucket("s3:GetLifecycleConfiguration"),
  run: (input) => ({ ...readConfiguration<LifecycleConfiguration>(store, input, "lifecycle", none) }),
});

export const putBucketLifecycleConfiguration: Make<"PutBucketLifecycleConfiguration"> = (store) => ({
  ...onBucket("s3:PutLifecycleConfiguration"),
  run: (input) => {
    const rules = required(input.LifecycleConfiguration?.Rules);
    if (rules.length === 0 || rules.length > 1000) throw s3Errors.malformedXml();
    const Rules = rules.map((rule) => ({ ...rule, ID: rule.ID || randomUUID() }));
    if (new Set(Rules.map(({ ID }) => ID)).size < Rules.length)
      throw invalidArgument("Rule ID must be unique. Found same ID for more than one rule");
    for (const rule of Rules) checkRule(rule);
    const minimum = input.TransitionDefaultMinimumObjectSize;
    if (minimum !== undefined && !MINIMUM_SIZES.includes(minimum))
      throw invalidRequest(`Invalid TransitionDefaultMinimumObjectSize found: ${minimum}`);
    const TransitionDefaultMinimumObjectSize =
      input.TransitionDefaultMinimumObjectSize ?? "all_storage_classes_128K";
    writeConfiguration(store, input, "lifecycle", { Rules, TransitionDefaultMinimumObjectSize });
    return { TransitionDefaultMinimumObjectSize };
  },
});

export const deleteBucketLifecycle: Make<"DeleteBucketLifecycle"> = deleteConfiguration(
  "s3:PutLifecycleConfiguration",
  "lifecycle",
);

const MINIMUM_SIZES: readonly string[] = ["all_storage_classes_128K", "varies_by_storage_class"];

/** A rule has a Filter or, in the older form, a Prefix. A filter has one member; And joins several. */
function checkFilter({ Filter, Prefix }: LifecycleRule): void {
  if ((Filter === undefined) === (Prefix === undefined)) throw s3Errors.malformedXml();
  const members = Object.values(Filter ?? {}).filter((member) => member !== undefined);
  if (members.length > 1) throw s3Errors.malformedXml();
  const keys = Filter?.And?.Tags?.map(({ Key }) => Key) ?? [];
  if (new Set(keys).size < keys.length) throw invalidRequest("Duplicate Tag Keys are not allowed.");
}

function checkRule(rule: LifecycleRule): void {
  checkFilter(rule);
  if (rule.Status !== "Enabled" && rule.Status !== "Disabled") throw s3Errors.malformedXml();
  if ((rule.ID?.length ?? 0) > 255) throw invalidArgument("ID length should not exceed allowed limit of 255");
  const acts = [
    rule.Expiration,
    rule.Transitions?.[0],
    rule.NoncurrentVersionExpiration,
    rule.NoncurrentVersionTransitions?.[0],
    rule.AbortIncompleteMultipartUpload,
  ];
  if (acts.every((act) => act === undefined))
    throw invalidRequest("At least one action needs to be specified in a rule");
  const { Days, Date: date, ExpiredObjectDeleteMarker } = rule.Expiration ?? {};
  if (
    rule.Expiration &&
    [Days, date, ExpiredObjectDeleteMarker].filter((member) => member !== undefined).length !== 1
  )
    throw s3Errors.malformedXml();
  const { NoncurrentDays, NewerNoncurrentVersions } = rule.NoncurrentVersionExpiration ?? {};
  if (
    rule.NoncurrentVersionExpiration &&
    NoncurrentDays === undefined &&
    NewerNoncurrentVersions === undefined
  )
    throw s3Errors.malformedXml();
  // API reference, NoncurrentVersionTransition: without one of the two there is no transition.
  const transitions = rule.NoncurrentVersionTransitions ?? [];
  if (transitions.some(({ NoncurrentDays: days, StorageClass }) => days === undefined || !StorageClass))
    throw s3Errors.malformedXml();
  if (Days !== undefined && Days <= 0)
    throw invalidArgument("'Days' for Expiration action must be a positive integer");
  checkTransitionDays(rule);
  for (const day of [date, ...(rule.Transitions ?? []).map((transition) => transition.Date)])
    if (day && day.getTime() % 86_400_000 !== 0)
      throw invalidArgument("'Date' must be at midnight GMT", "Date", day.toISOString());
}

/** S3 user guide, "Transitioning objects using Amazon S3 Lifecycle": the storage classes for infrequent access. */
const INFREQUENT: ReadonlySet<string | undefined> = new Set(["STANDARD_IA", "ONEZONE_IA"]);
const LEAST_DAYS = 30;

/** The messages are AWS's, as deployments reported them: terraform-provider-aws and aws-cdk users on GitHub. */
function checkTransitionDays({ Transitions = [], Expiration, Filter, Prefix }: LifecycleRule): void {
  for (const { Days: days = LEAST_DAYS, StorageClass } of Transitions)
    if (INFREQUENT.has(StorageClass) && days < LEAST_DAYS)
      throw invalidArgument(
        `'Days' in Transition action must be greater than or equal to ${LEAST_DAYS} for storageClass '${StorageClass}'`,
      );
  const expires = Expiration?.Days;
  if (expires === undefined || !Transitions.some(({ Days: days }) => days !== undefined && days >= expires))
    return;
  const prefix = Filter?.And?.Prefix ?? Filter?.Prefix ?? Prefix ?? "";
  throw invalidArgument(
    `'Days' in the Expiration action for filter '(prefix=${prefix})' must be greater than 'Days' in the Transition action`,
  );
}
