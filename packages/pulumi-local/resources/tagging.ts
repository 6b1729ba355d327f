import type { CallAws } from "../aws";
import { type ChangeTags, type Existing, type TagChange, tagList } from "./type";

/** The two calls of a service; either is left out when it would change nothing. */
const byCalls =
  (
    set: (call: CallAws, existing: Existing<unknown>, tags: TagChange["set"]) => Promise<unknown>,
    remove: (call: CallAws, existing: Existing<unknown>, TagKeys: string[]) => Promise<unknown>,
  ): ChangeTags =>
  async ({ set: tags, removed }, existing) => {
    if (removed.length > 0) await remove(existing.call, existing, [...removed]);
    if (Object.keys(tags).length > 0) await set(existing.call, existing, tags);
  };

const arnOf = ({ outputs }: Existing<unknown>): string => String(outputs.arn);
const nameIn = ({ old }: Existing<unknown>): string => String((old as { name?: unknown }).name);

/** How the tags of a resource are changed, by service. */
export const tagging = {
  athena: byCalls(
    (call, of, tags) => call("athena", "TagResource", { ResourceARN: arnOf(of), Tags: tagList(tags) }),
    (call, of, TagKeys) => call("athena", "UntagResource", { ResourceARN: arnOf(of), TagKeys }),
  ),
  budgets: byCalls(
    (call, of, tags) =>
      call("budgets", "TagResource", { ResourceARN: arnOf(of), ResourceTags: tagList(tags) }),
    (call, of, ResourceTagKeys) =>
      call("budgets", "UntagResource", { ResourceARN: arnOf(of), ResourceTagKeys }),
  ),
  cloudwatch: byCalls(
    (call, of, tags) => call("cloudwatch", "TagResource", { ResourceARN: arnOf(of), Tags: tagList(tags) }),
    (call, of, TagKeys) => call("cloudwatch", "UntagResource", { ResourceARN: arnOf(of), TagKeys }),
  ),
  dynamodb: byCalls(
    (call, of, tags) => call("dynamodb", "TagResource", { ResourceArn: arnOf(of), Tags: tagList(tags) }),
    (call, of, TagKeys) => call("dynamodb", "UntagResource", { ResourceArn: arnOf(of), TagKeys }),
  ),
  firehose: byCalls(
    (call, of, tags) =>
      call("firehose", "TagDeliveryStream", { DeliveryStreamName: nameIn(of), Tags: tagList(tags) }),
    (call, of, TagKeys) =>
      call("firehose", "UntagDeliveryStream", { DeliveryStreamName: nameIn(of), TagKeys }),
  ),
  glue: byCalls(
    (call, of, tags) => call("glue", "TagResource", { ResourceArn: arnOf(of), TagsToAdd: { ...tags } }),
    (call, of, TagsToRemove) => call("glue", "UntagResource", { ResourceArn: arnOf(of), TagsToRemove }),
  ),
  iam: byCalls(
    (call, of, tags) => call("iam", "TagRole", { RoleName: nameIn(of), Tags: tagList(tags) }),
    (call, of, TagKeys) => call("iam", "UntagRole", { RoleName: nameIn(of), TagKeys }),
  ),
  kinesis: byCalls(
    (call, of, tags) => call("kinesis", "AddTagsToStream", { StreamName: nameIn(of), Tags: { ...tags } }),
    (call, of, TagKeys) => call("kinesis", "RemoveTagsFromStream", { StreamName: nameIn(of), TagKeys }),
  ),
  kms: byCalls(
    (call, { id }, tags) => call("kms", "TagResource", { KeyId: id, Tags: keyTags(tags) }),
    (call, { id }, TagKeys) => call("kms", "UntagResource", { KeyId: id, TagKeys }),
  ),
  lambda: byCalls(
    (call, of, tags) => call("lambda", "TagResource", { Resource: arnOf(of), Tags: { ...tags } }),
    (call, of, TagKeys) => call("lambda", "UntagResource", { Resource: arnOf(of), TagKeys }),
  ),
  logs: byCalls(
    (call, of, tags) => call("cloudwatch-logs", "TagResource", { resourceArn: arnOf(of), tags: { ...tags } }),
    (call, of, tagKeys) => call("cloudwatch-logs", "UntagResource", { resourceArn: arnOf(of), tagKeys }),
  ),
  /** A bucket's tags are replaced as a whole. */
  s3: ({ set }: TagChange, { call, id: Bucket }: Existing<unknown>) =>
    Object.keys(set).length > 0
      ? call("s3", "PutBucketTagging", { Bucket, Tagging: { TagSet: tagList(set) } })
      : call("s3", "DeleteBucketTagging", { Bucket }),
  sns: byCalls(
    (call, { id }, tags) => call("sns", "TagResource", { ResourceArn: id, Tags: tagList(tags) }),
    (call, { id }, TagKeys) => call("sns", "UntagResource", { ResourceArn: id, TagKeys }),
  ),
  sqs: byCalls(
    (call, { id }, tags) => call("sqs", "TagQueue", { QueueUrl: id, Tags: { ...tags } }),
    (call, { id }, TagKeys) => call("sqs", "UntagQueue", { QueueUrl: id, TagKeys }),
  ),
  ssm: byCalls(
    (call, { id }, tags) =>
      call("ssm", "AddTagsToResource", { ResourceType: "Parameter", ResourceId: id, Tags: tagList(tags) }),
    (call, { id }, TagKeys) =>
      call("ssm", "RemoveTagsFromResource", { ResourceType: "Parameter", ResourceId: id, TagKeys }),
  ),
} satisfies Readonly<Record<string, ChangeTags>>;

const keyTags = (tags: TagChange["set"]) =>
  Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
