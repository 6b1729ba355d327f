import { AwsError } from "../../../errors";
import { s3Errors } from "../errors";
import { type Make, onBucket } from "../operation";

export const getBucketVersioning: Make<"GetBucketVersioning"> = (store) => ({
  ...onBucket("s3:GetBucketVersioning"),
  run: (input) => {
    const { versioning } = store.record(store.bucket(input.Bucket, input.ExpectedBucketOwner).name);
    return versioning === undefined ? {} : { Status: versioning };
  },
});

export const putBucketVersioning: Make<"PutBucketVersioning"> = (store) => ({
  ...onBucket("s3:PutBucketVersioning"),
  run: (input) => {
    const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
    const { Status, MFADelete } = input.VersioningConfiguration ?? {};
    if (MFADelete === "Enabled")
      throw new AwsError("NotImplemented", "The embedded cloud does not support MFA delete", 501);
    if (Status !== "Enabled" && Status !== "Suspended") throw s3Errors.malformedXml();
    store.records.update(bucket.name, (record) => {
      record.versioning = Status;
    });
    return {};
  },
});
