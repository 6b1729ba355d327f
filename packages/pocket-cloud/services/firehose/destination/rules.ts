import type { Rules } from "../../../rules";

const plain: Rules = {
  RoleARN: { length: [1, 512], pattern: /arn:.*:iam::\d{12}:role\/[a-zA-Z_0-9+=,.@\-_/]+/ },
  BucketARN: { length: [1, 2048], pattern: /arn:.*:s3:::[\w.-]{1,255}/ },
  Prefix: { length: [0, 1024] },
  ErrorOutputPrefix: { length: [0, 1024] },
  BufferingHints: { each: { SizeInMBs: { range: [1, 128] }, IntervalInSeconds: { range: [0, 900] } } },
  CompressionFormat: { oneOf: ["UNCOMPRESSED", "GZIP", "ZIP", "Snappy", "HADOOP_SNAPPY"] },
};

/** Constraints on the members of an extended S3 destination. */
export const destinationRules: Rules = {
  ...plain,
  S3BackupConfiguration: { each: plain },
  S3BackupUpdate: { each: plain },
  FileExtension: { length: [0, 128], pattern: /|\.[0-9a-z!\-_.*'()]+/ },
  CustomTimeZone: { length: [0, 50] },
};

/** An update may turn to another role or bucket, or leave them. */
export const plainRules = plain;
