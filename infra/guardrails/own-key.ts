import { at, type Policy } from "./policy";

const KEY = "aws:kms/key:Key";

/** What stores data of the stack: its policy's name, its type, where it says by which key, and the control. */
const stores: readonly (readonly [string, string, string, string])[] = [
  [
    "s3",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId",
    "CKV_AWS_145",
  ],
  ["kinesis", "aws:kinesis/stream:Stream", "kmsKeyId", "CKV_AWS_185"],
  [
    "firehose",
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    "extendedS3Configuration.kmsKeyArn",
    "CKV_AWS_241",
  ],
  ["lambda", "aws:lambda/function:Function", "kmsKeyArn", "CKV_AWS_173"],
  ["dynamodb", "aws:dynamodb/table:Table", "serverSideEncryption.kmsKeyArn", "CKV_AWS_119"],
  [
    "athena",
    "aws:athena/workgroup:Workgroup",
    "configuration.resultConfiguration.encryptionConfiguration.kmsKeyArn",
    "CKV_AWS_159",
  ],
  ["sns", "aws:sns/topic:Topic", "kmsMasterKeyId", "CKV_AWS_26"],
  ["sqs", "aws:sqs/queue:Queue", "kmsMasterKeyId", "CKV_AWS_27"],
  ["logs", "aws:cloudwatch/logGroup:LogGroup", "kmsKeyId", "CKV_AWS_158"],
  ["schedule", "aws:scheduler/schedule:Schedule", "kmsKeyArn", "CKV_AWS_297"],
  ["ssm", "aws:ssm/parameter:Parameter", "keyId", "CKV_AWS_337"],
];

/** A stack that has a key of its own encrypts all that it stores with it; AWS's keys are no substitute there. */
export const ownKeyPolicies: readonly Policy[] = stores.map(([service, type, path, controls]) => ({
  name: `${service}-own-key`,
  description: "What the stack stores is encrypted with the stack's own key, where it has one",
  controls,
  type,
  looksAround: true,
  violations: ({ props }, all) => {
    const key = at(props, path);
    const own = typeof key === "string" && key !== "" && !/(^|:)alias\/aws\//.test(key);
    return own || !all.some((resource) => resource.type === KEY)
      ? []
      : [`${path} is ${JSON.stringify(key) ?? "not set"}; it must be the stack's key`];
  },
}));
