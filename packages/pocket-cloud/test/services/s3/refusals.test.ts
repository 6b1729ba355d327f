import { strict as assert } from "node:assert";
import { type Lab, lab } from "./cloud";

const MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema";
const PRECONDITION = "At least one of the pre-conditions you specified did not hold";
const HEADER = "A header you provided implies functionality that is not implemented";
const RANGE =
  "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy";

/** Code, message, status and further members of S3's errors, as AWS answered LocalStack's tests. */
describe("S3 refuses", () => {
  let at: Lab;
  const Bucket = "truth";
  const object = { Bucket, Key: "ten" };
  before(async () => {
    at = await lab();
    await at.s3.createBucket({ Bucket });
    await at.s3.putObject({ ...object, Body: "0123456789" });
  });
  after(() => at.end());

  async function refused(
    call: () => Promise<unknown>,
    code: string,
    message: string,
    status = 400,
    members: Record<string, unknown> = {},
  ) {
    let error: (Error & { $metadata?: { httpStatusCode?: number } }) | undefined;
    try {
      await call();
    } catch (thrown) {
      error = thrown as Error;
    }
    assert.ok(error, `${code}: accepted`);
    assert.deepEqual([error.name, error.message, error.$metadata?.httpStatusCode], [code, message, status]);
    for (const [name, value] of Object.entries(members))
      assert.equal((error as unknown as Record<string, unknown>)[name], value, name);
  }

  it("a key for the encryption without its algorithm", async () => {
    const message =
      "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms";
    for (const encryption of [{}, { ServerSideEncryption: "AES256" as const }]) {
      const input = { Bucket, Key: "x", SSEKMSKeyId: "alias/x", ...encryption };
      await refused(() => at.s3.putObject(input), "InvalidArgument", message);
      await refused(() => at.s3.createMultipartUpload(input), "InvalidArgument", message);
    }
  });

  it("ranges of UploadPartCopy that do not lie in the source", async () => {
    const { UploadId } = await at.s3.createMultipartUpload({ Bucket, Key: "copied" });
    const copy = (CopySourceRange: string) => () =>
      at.s3.uploadPartCopy({
        Bucket,
        Key: "copied",
        UploadId,
        PartNumber: 1,
        CopySource: `${Bucket}/ten`,
        CopySourceRange,
      });
    for (const range of [
      "0-8",
      "bytes=1-0",
      "bytes=-1-",
      "bytes=0--1",
      "bytes=0-1,3-4,7-9",
      "bytes=1-",
      "bytes=-2",
    ])
      await refused(copy(range), "InvalidArgument", RANGE, 400, {
        ArgumentName: "x-amz-copy-source-range",
        ArgumentValue: range,
      });
    await refused(
      copy("bytes=0-100"),
      "InvalidArgument",
      "Range specified is not valid for source object of size: 10",
    );
    await refused(
      copy("bytes=100-200"),
      "InvalidRequest",
      "The specified copy range is invalid for the source object size",
    );
    assert.ok((await copy("bytes=0-8")()).CopyPartResult?.ETag);
  });

  it("other values of If-Match and If-None-Match than writes take", async () => {
    const put = (conditions: object) => () => at.s3.putObject({ ...object, Body: "x", ...conditions });
    await refused(put({ IfNoneMatch: "abc" }), "NotImplemented", HEADER, 501, { Header: "If-None-Match" });
    await refused(put({ IfMatch: "*" }), "NotImplemented", HEADER, 501, { Header: "If-Match" });
    await refused(put({ IfMatch: "abc", IfNoneMatch: "*" }), "NotImplemented", HEADER, 501, {
      Header: "If-Match,If-None-Match",
      additionalMessage: "Multiple conditional request headers present in the request",
    });
    await refused(put({ IfNoneMatch: "*" }), "PreconditionFailed", PRECONDITION, 412, {
      Condition: "If-None-Match",
    });
    await refused(
      () => at.s3.putObject({ Bucket, Key: "none", Body: "x", IfMatch: "abc" }),
      "NoSuchKey",
      "The specified key does not exist.",
      404,
      { Key: "none" },
    );
  });

  it("reads and copies whose conditions do not hold", async () => {
    const early = new Date(0);
    await refused(
      () => at.s3.getObject({ ...object, IfMatch: "abc" }),
      "PreconditionFailed",
      PRECONDITION,
      412,
      { Condition: "If-Match" },
    );
    await refused(
      () => at.s3.getObject({ ...object, IfUnmodifiedSince: early }),
      "PreconditionFailed",
      PRECONDITION,
      412,
      { Condition: "If-Unmodified-Since" },
    );
    await refused(
      () => at.s3.copyObject({ Bucket, Key: "b", CopySource: `${Bucket}/ten`, CopySourceIfMatch: "abc" }),
      "PreconditionFailed",
      PRECONDITION,
      412,
      { Condition: "x-amz-copy-source-If-Match" },
    );
  });

  it("reading archived objects", async () => {
    for (const StorageClass of ["GLACIER", "DEEP_ARCHIVE"] as const) {
      await at.s3.putObject({ Bucket, Key: "cold", Body: "x", StorageClass });
      const message = "The operation is not valid for the object's storage class";
      await refused(() => at.s3.getObject({ Bucket, Key: "cold" }), "InvalidObjectState", message, 403, {
        StorageClass,
      });
      await refused(
        () => at.s3.copyObject({ Bucket, Key: "warm", CopySource: `${Bucket}/cold` }),
        "InvalidObjectState",
        message,
        403,
      );
      assert.equal((await at.s3.headObject({ Bucket, Key: "cold" })).StorageClass, StorageClass);
    }
    await refused(
      () => at.s3.putObject({ ...object, Body: "x", StorageClass: "OUTPOSTS" }),
      "InvalidStorageClass",
      "The storage class you specified is not valid",
      400,
      { StorageClassRequested: "OUTPOSTS" },
    );
  });

  it("lifecycle rules that are not valid", async () => {
    const put =
      (rule: object, more: object = {}) =>
      () =>
        at.s3.putBucketLifecycleConfiguration({
          Bucket,
          LifecycleConfiguration: {
            Rules: [{ ID: "a", Status: "Enabled", Expiration: { Days: 7 }, ...rule }],
          },
          ...more,
        });
    await refused(put({}), "MalformedXML", MALFORMED);
    await refused(put({ Filter: { Prefix: "a" }, Prefix: "a" }), "MalformedXML", MALFORMED);
    const Tags = [
      { Key: "k", Value: "a" },
      { Key: "k", Value: "b" },
    ];
    await refused(
      put({ Filter: { And: { Prefix: "a", Tags } } }),
      "InvalidRequest",
      "Duplicate Tag Keys are not allowed.",
    );
    const late = { Date: new Date("2030-01-01T05:00:00Z") };
    for (const act of [
      { Expiration: late },
      { Transitions: [{ ...late, StorageClass: "GLACIER" as const }] },
    ])
      await refused(put({ Filter: {}, ...act }), "InvalidArgument", "'Date' must be at midnight GMT", 400, {
        ArgumentName: "Date",
      });
    await refused(
      put({ Filter: { Prefix: "a" } }, { TransitionDefaultMinimumObjectSize: "value" }),
      "InvalidRequest",
      "Invalid TransitionDefaultMinimumObjectSize found: value",
    );
    const moving = (Days: number, StorageClass: string, more: object = {}) =>
      put({ Filter: { Prefix: "a/" }, Transitions: [{ Days, StorageClass }], ...more });
    for (const storage of ["STANDARD_IA", "ONEZONE_IA"])
      await refused(
        moving(29, storage),
        "InvalidArgument",
        `'Days' in Transition action must be greater than or equal to 30 for storageClass '${storage}'`,
      );
    await refused(
      moving(60, "GLACIER", { Expiration: { Days: 60 } }),
      "InvalidArgument",
      "'Days' in the Expiration action for filter '(prefix=a/)' must be greater than 'Days' in the Transition action",
    );
    await moving(30, "STANDARD_IA", { Expiration: { Days: 31 } })();
    await put({ Filter: {} })();
  });

  it("CORS rules that are not valid", async () => {
    const put = (CORSRules: object[]) => () =>
      at.s3.putBucketCors({ Bucket, CORSConfiguration: { CORSRules: CORSRules as never } });
    await refused(
      put([{ AllowedMethods: ["MYMETHOD"], AllowedOrigins: ["*"] }]),
      "InvalidRequest",
      "Found unsupported HTTP method in CORS config. Unsupported method is MYMETHOD",
    );
    await refused(put([{ AllowedMethods: ["GET"], AllowedOrigins: [] }]), "MalformedXML", MALFORMED);
    await refused(put([]), "MalformedXML", MALFORMED);
  });

  it("tags that are not valid, with the tag", async () => {
    const bucketTags =
      (...TagSet: { Key: string; Value: string }[]) =>
      () =>
        at.s3.putBucketTagging({ Bucket, Tagging: { TagSet } });
    const tag = { Key: "Key1", Value: "a" };
    await refused(bucketTags(tag, tag), "InvalidTag", "Cannot provide multiple Tags with the same key", 400, {
      TagKey: "Key1",
    });
    const invalidKey = "The TagKey you have provided is invalid";
    await refused(bucketTags({ Key: "Key1,Key2", Value: "a" }), "InvalidTag", invalidKey, 400, {
      TagKey: "Key1,Key2",
    });
    await refused(
      bucketTags({ Key: "Key1", Value: "Val1,Val2" }),
      "InvalidTag",
      "The TagValue you have provided is invalid",
      400,
      { TagKey: "Key1", TagValue: "Val1,Val2" },
    );
    const reserved = { Key: "aws:prefixed", Value: "a" };
    await refused(
      bucketTags(reserved),
      "InvalidTag",
      "System tags cannot be added/updated by requester",
      400,
      { TagKey: "aws:prefixed" },
    );
    await refused(
      () => at.s3.putObjectTagging({ ...object, Tagging: { TagSet: [reserved] } }),
      "InvalidTag",
      "Your TagKey cannot be prefixed with aws:",
      400,
      { TagKey: "aws:prefixed" },
    );
    const header =
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.";
    for (const Tagging of ["key1=val1&key1=val2", "key1=val1,key2=val2"])
      await refused(
        () => at.s3.putObject({ ...object, Body: "x", Tagging }),
        "InvalidArgument",
        header,
        400,
        {
          ArgumentName: "x-amz-tagging",
          ArgumentValue: Tagging,
        },
      );
  });

  it("configurations that do not exist, with the bucket", async () => {
    await at.s3.createBucket({ Bucket: "bare" });
    const bare = { Bucket: "bare" };
    const absent = (call: () => Promise<unknown>, code: string, message: string) =>
      refused(call, code, message, 404, { BucketName: "bare" });
    await absent(() => at.s3.getBucketPolicy(bare), "NoSuchBucketPolicy", "The bucket policy does not exist");
    await absent(() => at.s3.getBucketTagging(bare), "NoSuchTagSet", "The TagSet does not exist");
    await absent(
      () => at.s3.getBucketWebsite(bare),
      "NoSuchWebsiteConfiguration",
      "The specified bucket does not have a website configuration",
    );
    await absent(
      () => at.s3.getBucketCors(bare),
      "NoSuchCORSConfiguration",
      "The CORS configuration does not exist",
    );
    await refused(
      () =>
        at.s3.putBucketLogging({
          Bucket,
          BucketLoggingStatus: { LoggingEnabled: { TargetBucket: "nope-x-y", TargetPrefix: "" } },
        }),
      "InvalidTargetBucketForLogging",
      "The target bucket for logging does not exist",
      400,
      { TargetBucket: "nope-x-y" },
    );
  });

  it("objects without a customer's key where the bucket's policy wants one", async () => {
    const bucket = { Bucket: "customers" };
    await at.s3.createBucket(bucket);
    const denied = {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:PutObject",
      Resource: "arn:aws:s3:::customers/*",
      Condition: { Null: { "s3:x-amz-server-side-encryption-customer-algorithm": "true" } },
    };
    await at.s3.putBucketPolicy({
      ...bucket,
      Policy: JSON.stringify({ Version: "2012-10-17", Statement: [denied] }),
    });
    const put = { ...bucket, Key: "k", Body: "b" };
    await assert.rejects(at.s3.putObject(put), { name: "AccessDenied" });
    await assert.rejects(
      at.s3.putObject({ ...put, SSECustomerAlgorithm: "AES256", SSECustomerKey: "k".repeat(32) }),
      /does not support encryption with customer-provided keys/,
    );
  });

  it("policies for everybody, unless the bucket's block is taken away", async () => {
    const bucket = { Bucket: "open" };
    await at.s3.createBucket(bucket);
    const put = (statement: object) => {
      const all = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::open/*", ...statement };
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement: all });
      return at.s3.putBucketPolicy({ ...bucket, Policy });
    };
    const message =
      'User: arn:aws:iam::000000000000:root is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::open" because public policies are blocked by the BlockPublicPolicy block public access setting.';
    for (const Principal of ["*", { AWS: "*" }])
      await refused(() => put({ Principal }), "AccessDenied", message, 403);
    await at.s3.deletePublicAccessBlock(bucket);
    await put({ Principal: "*" });
    const NotPrincipal = { AWS: "arn:aws:iam::000000000000:role/x" };
    await refused(() => put({ NotPrincipal }), "MalformedPolicy", "Allow with NotPrincipal is not allowed.");
    await put({ NotPrincipal, Effect: "Deny" });
  });

  it("configurations that are not valid", async () => {
    await refused(
      () => at.s3.putBucketVersioning({ Bucket, VersioningConfiguration: {} }),
      "IllegalVersioningConfigurationException",
      "The Versioning element must be specified",
    );
    const policy = (Policy: string) => () => at.s3.putBucketPolicy({ Bucket, Policy });
    const first = "Policies must be valid JSON and the first byte must be '{'";
    await refused(policy(""), "MalformedPolicy", first);
    await refused(policy("invalid json"), "MalformedPolicy", first);
    await refused(policy("{}"), "MalformedPolicy", "Missing required field Statement");
    await refused(
      () => at.s3.putBucketAcl({ Bucket, ACL: "fake-acl" as never }),
      "InvalidArgument",
      "UnknownError",
      400,
      {
        ArgumentName: "x-amz-acl",
        ArgumentValue: "fake-acl",
      },
    );
    await refused(
      () =>
        at.s3.putBucketEncryption({
          Bucket,
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256", KMSMasterKeyID: "k" } }],
          },
        }),
      "InvalidArgument",
      "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
    );
    await refused(
      () => at.s3.getBucketPolicy({ Bucket, ExpectedBucketOwner: "0000" }),
      "InvalidBucketOwnerAWSAccountID",
      "The value of the expected bucket owner parameter must be an AWS Account ID... [0000]",
    );
  });

  it("versions that cannot be, and changes of delete markers", async () => {
    await refused(
      () => at.s3.deleteObject({ ...object, VersionId: "test" }),
      "InvalidArgument",
      "Invalid version id specified",
      400,
      { ArgumentName: "versionId", ArgumentValue: "test" },
    );
    await at.s3.createBucket({ Bucket: "versioned" });
    await at.s3.putBucketVersioning({ Bucket: "versioned", VersioningConfiguration: { Status: "Enabled" } });
    const marked = { Bucket: "versioned", Key: "k" };
    await at.s3.putObject({ ...marked, Body: "x" });
    const { VersionId } = await at.s3.deleteObject(marked);
    await refused(
      () => at.s3.putObjectAcl({ ...marked, VersionId, ACL: "private" }),
      "MethodNotAllowed",
      "The specified method is not allowed against this resource.",
      405,
      { Method: "PUT", ResourceType: "DeleteMarker" },
    );
    await refused(
      () => at.s3.deleteObject({ ...marked, VersionId: "a".repeat(32) }),
      "InvalidArgument",
      "Invalid version id specified",
      400,
      { ArgumentName: "versionId", ArgumentValue: "a".repeat(32) },
    );
  });

  it("uploads whose parts or checksums are missing", async () => {
    const upload = { Bucket, Key: "parts" };
    const { UploadId } = await at.s3.createMultipartUpload({
      ...upload,
      ChecksumAlgorithm: "SHA256",
      ChecksumType: "COMPOSITE",
    });
    const { ETag } = await at.s3.uploadPart({
      ...upload,
      UploadId,
      PartNumber: 1,
      Body: "x",
      ChecksumAlgorithm: "SHA256",
    });
    const complete =
      (Parts: object[], more: object = {}) =>
      () =>
        at.s3.completeMultipartUpload({ ...upload, UploadId, MultipartUpload: { Parts }, ...more });
    await refused(complete([]), "InvalidRequest", "You must specify at least one part");
    await refused(
      complete([{ PartNumber: 1, ETag }]),
      "InvalidRequest",
      "The upload was created using a sha256 checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.",
    );
    await refused(
      complete([{ PartNumber: 1, ETag }], { ChecksumType: "FULL_OBJECT" }),
      "InvalidRequest",
      "The upload was created using the COMPOSITE checksum mode. The complete request must use the same checksum mode.",
    );
    await refused(
      () => at.s3.putObject({ ...object, Body: "x", ChecksumSHA1: "not-base64" }),
      "InvalidRequest",
      "Value for x-amz-checksum-sha1 header is invalid.",
    );
  });

  it("keys that walk up out of the bucket", async () => {
    for (const Key of ["videos/../../up", "videos/../../../up"])
      await refused(
        () => at.s3.putObject({ Bucket, Key, Body: "x" }),
        "InvalidURI",
        "Couldn't parse the specified URI.",
      );
    await at.s3.putObject({ Bucket, Key: "videos/2014/../../up", Body: "x" });
    const { Contents } = await at.s3.listObjectsV2({ Bucket, Prefix: "videos/" });
    assert.deepEqual(
      Contents?.map(({ Key }) => Key),
      ["videos/2014/../../up"],
    );
  });

  it("an empty block of public access, and transitions without a time or a class", async () => {
    await refused(
      () => at.s3.putPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration: {} }),
      "InvalidRequest",
      "Must specify at least one configuration.",
    );
    for (const transition of [{ StorageClass: "GLACIER" as const }, { NoncurrentDays: 30 }])
      await refused(
        () =>
          at.s3.putBucketLifecycleConfiguration({
            Bucket,
            LifecycleConfiguration: {
              Rules: [
                {
                  Status: "Enabled",
                  Filter: { Prefix: "" },
                  NoncurrentVersionTransitions: [transition],
                },
              ],
            },
          }),
        "MalformedXML",
        MALFORMED,
      );
  });
});
