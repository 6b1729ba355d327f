import type { Service, ServiceFactory } from "../../service";
import { localFiles } from "./files";
import { nextMidnight, runLifecycle } from "./lifecycle";
import * as acl from "./operations/acl";
import * as policy from "./operations/bucket-policy";
import * as buckets from "./operations/buckets";
import { completeMultipartUpload } from "./operations/complete-multipart-upload";
import * as configurations from "./operations/configurations";
import { copyObject } from "./operations/copy-object";
import { deleteObject, deleteObjects } from "./operations/delete-object";
import { getObject, getObjectAttributes, headObject } from "./operations/get-object";
import * as lifecycle from "./operations/lifecycle";
import { listObjects, listObjectsV2 } from "./operations/list-objects";
import { listMultipartUploads } from "./operations/list-uploads";
import { listObjectVersions } from "./operations/list-versions";
import * as multipart from "./operations/multipart";
import * as notification from "./operations/notification";
import * as tagging from "./operations/object-tagging";
import { putObject } from "./operations/put-object";
import { S3Store } from "./store";

export const s3: ServiceFactory<"s3"> = (cloud) => {
  const store = new S3Store(cloud);
  const everyMidnight = () => {
    const now = cloud.clock.now();
    for (const name of store.records.keys()) runLifecycle(store, store.bucket(name), now);
    cloud.clock.schedule(nextMidnight(now), everyMidnight, "s3 lifecycle");
  };
  const service: Service<"s3"> = {
    name: "s3",
    operations: {
      AbortMultipartUpload: multipart.abortMultipartUpload(store),
      CompleteMultipartUpload: completeMultipartUpload(store),
      CopyObject: copyObject(store),
      CreateBucket: buckets.createBucket(store),
      CreateMultipartUpload: multipart.createMultipartUpload(store),
      DeleteBucket: buckets.deleteBucket(store),
      DeleteBucketCors: configurations.deleteBucketCors(store),
      DeleteBucketEncryption: configurations.deleteBucketEncryption(store),
      DeleteBucketLifecycle: lifecycle.deleteBucketLifecycle(store),
      DeleteBucketOwnershipControls: configurations.deleteBucketOwnershipControls(store),
      DeleteBucketPolicy: policy.deleteBucketPolicy(store),
      DeleteBucketTagging: configurations.deleteBucketTagging(store),
      DeleteObject: deleteObject(store),
      DeleteObjectTagging: tagging.deleteObjectTagging(store),
      DeleteObjects: deleteObjects(store),
      DeletePublicAccessBlock: configurations.deletePublicAccessBlock(store),
      GetBucketAccelerateConfiguration: configurations.getBucketAccelerateConfiguration(store),
      GetBucketAcl: acl.getBucketAcl(store),
      GetBucketCors: configurations.getBucketCors(store),
      GetBucketEncryption: configurations.getBucketEncryption(store),
      GetBucketLifecycleConfiguration: lifecycle.getBucketLifecycleConfiguration(store),
      GetBucketLocation: buckets.getBucketLocation(store),
      GetBucketLogging: configurations.getBucketLogging(store),
      GetBucketNotificationConfiguration: notification.getBucketNotificationConfiguration(store),
      GetBucketOwnershipControls: configurations.getBucketOwnershipControls(store),
      GetBucketPolicy: policy.getBucketPolicy(store),
      GetBucketPolicyStatus: policy.getBucketPolicyStatus(store),
      GetBucketReplication: configurations.getBucketReplication(store),
      GetBucketRequestPayment: configurations.getBucketRequestPayment(store),
      GetBucketTagging: configurations.getBucketTagging(store),
      GetBucketVersioning: buckets.getBucketVersioning(store),
      GetBucketWebsite: configurations.getBucketWebsite(store),
      GetObject: getObject(store),
      GetObjectAcl: acl.getObjectAcl(store),
      GetObjectAttributes: getObjectAttributes(store),
      GetObjectLockConfiguration: configurations.getObjectLockConfiguration(store),
      GetObjectTagging: tagging.getObjectTagging(store),
      GetPublicAccessBlock: configurations.getPublicAccessBlock(store),
      HeadBucket: buckets.headBucket(store),
      HeadObject: headObject(store),
      ListBuckets: buckets.listBuckets(store),
      ListMultipartUploads: listMultipartUploads(store),
      ListObjectVersions: listObjectVersions(store),
      ListObjects: listObjects(store),
      ListObjectsV2: listObjectsV2(store),
      ListParts: multipart.listParts(store),
      PutBucketAcl: acl.putBucketAcl(store),
      PutBucketCors: configurations.putBucketCors(store),
      PutBucketEncryption: configurations.putBucketEncryption(store),
      PutBucketLifecycleConfiguration: lifecycle.putBucketLifecycleConfiguration(store),
      PutBucketLogging: configurations.putBucketLogging(store),
      PutBucketNotificationConfiguration: notification.putBucketNotificationConfiguration(store),
      PutBucketOwnershipControls: configurations.putBucketOwnershipControls(store),
      PutBucketPolicy: policy.putBucketPolicy(store),
      PutBucketRequestPayment: configurations.putBucketRequestPayment(store),
      PutBucketTagging: configurations.putBucketTagging(store),
      PutBucketVersioning: buckets.putBucketVersioning(store),
      PutObject: putObject(store),
      PutObjectAcl: acl.putObjectAcl(store),
      PutObjectTagging: tagging.putObjectTagging(store),
      PutPublicAccessBlock: configurations.putPublicAccessBlock(store),
      UploadPart: multipart.uploadPart(store),
      UploadPartCopy: multipart.uploadPartCopy(store),
    },
    files: localFiles(store),
    policyOf: (arn) => store.policyOf(arn),
    start: async () => everyMidnight(),
    stop: async () => store.close(),
  };
  return service;
};
