import { strict as assert } from "node:assert";
import { awsError, type Lab, lab } from "./cloud";

describe("S3 bucket configurations", () => {
  let at: Lab;
  let count = 0;
  before(async () => {
    at = await lab();
  });
  after(async () => at.end());

  const bucket = async (): Promise<string> => {
    const Bucket = `configured-${count++}`;
    await at.s3.createBucket({ Bucket });
    return Bucket;
  };

  it("a new bucket has AWS's defaults", async () => {
    const Bucket = await bucket();
    assert.deepEqual((await at.s3.getPublicAccessBlock({ Bucket })).PublicAccessBlockConfiguration, {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    });
    assert.deepEqual((await at.s3.getBucketOwnershipControls({ Bucket })).OwnershipControls, {
      Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }],
    });
    assert.deepEqual((await at.s3.getBucketEncryption({ Bucket })).ServerSideEncryptionConfiguration, {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false }],
    });
    assert.equal((await at.s3.getBucketRequestPayment({ Bucket })).Payer, "BucketOwner");
    assert.equal((await at.s3.getBucketAccelerateConfiguration({ Bucket })).Status, undefined);
    assert.equal((await at.s3.getBucketLogging({ Bucket })).LoggingEnabled, undefined);
    const { Grants, Owner } = await at.s3.getBucketAcl({ Bucket });
    assert.equal(Grants?.[0]?.Permission, "FULL_CONTROL");
    assert.equal(Grants?.[0]?.Grantee?.ID, Owner?.ID);
    assert.equal(Grants?.[0]?.Grantee?.Type, "CanonicalUser");
  });

  const absences = [
    ["getBucketCors", "NoSuchCORSConfiguration", "The CORS configuration does not exist"],
    [
      "getBucketLifecycleConfiguration",
      "NoSuchLifecycleConfiguration",
      "The lifecycle configuration does not exist",
    ],
    ["getBucketPolicy", "NoSuchBucketPolicy", "The bucket policy does not exist"],
    ["getBucketTagging", "NoSuchTagSet", "The TagSet does not exist"],
    [
      "getBucketWebsite",
      "NoSuchWebsiteConfiguration",
      "The specified bucket does not have a website configuration",
    ],
    [
      "getBucketReplication",
      "ReplicationConfigurationNotFoundError",
      "The replication configuration was not found",
    ],
    [
      "getObjectLockConfiguration",
      "ObjectLockConfigurationNotFoundError",
      "Object Lock configuration does not exist for this bucket",
    ],
  ] as const;
  for (const [operation, code, message] of absences)
    it(`${operation} returns ${code} without a configuration`, async () => {
      const Bucket = await bucket();
      await assert.rejects(at.s3[operation]({ Bucket }) as Promise<unknown>, awsError(code, message, 404));
    });

  it("CORS, tags, logging and encryption are read back as put, and deleted", async () => {
    const Bucket = await bucket();
    const CORSRules = [
      {
        AllowedMethods: ["GET"],
        AllowedOrigins: ["https://example.com"],
        AllowedHeaders: ["*"],
        MaxAgeSeconds: 60,
      },
    ];
    await at.s3.putBucketCors({ Bucket, CORSConfiguration: { CORSRules } });
    assert.deepEqual((await at.s3.getBucketCors({ Bucket })).CORSRules, CORSRules);
    await at.s3.deleteBucketCors({ Bucket });
    await assert.rejects(
      at.s3.getBucketCors({ Bucket }),
      awsError("NoSuchCORSConfiguration", undefined, 404),
    );

    await at.s3.putBucketTagging({ Bucket, Tagging: { TagSet: [{ Key: "env", Value: "dev" }] } });
    assert.deepEqual((await at.s3.getBucketTagging({ Bucket })).TagSet, [{ Key: "env", Value: "dev" }]);
    await at.s3.deleteBucketTagging({ Bucket });

    const target = await bucket();
    await at.s3.putBucketLogging({
      Bucket,
      BucketLoggingStatus: { LoggingEnabled: { TargetBucket: target, TargetPrefix: "logs/" } },
    });
    assert.deepEqual((await at.s3.getBucketLogging({ Bucket })).LoggingEnabled, {
      TargetBucket: target,
      TargetPrefix: "logs/",
    });
    await assert.rejects(
      at.s3.putBucketLogging({
        Bucket,
        BucketLoggingStatus: { LoggingEnabled: { TargetBucket: "nowhere-at-all", TargetPrefix: "" } },
      }),
      awsError("InvalidTargetBucketForLogging", undefined, 400),
    );

    const { KeyMetadata } = await at.cloud.call("kms", "CreateKey", {}, at.cloud.administrator);
    const key = KeyMetadata?.Arn ?? "";
    const Rules = [
      {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID: key },
        BucketKeyEnabled: true,
      },
    ];
    await at.s3.putBucketEncryption({ Bucket, ServerSideEncryptionConfiguration: { Rules } });
    assert.deepEqual((await at.s3.getBucketEncryption({ Bucket })).ServerSideEncryptionConfiguration, {
      Rules,
    });
    const put = await at.s3.putObject({ Bucket, Key: "k", Body: "x" });
    assert.deepEqual(
      [put.ServerSideEncryption, put.SSEKMSKeyId, put.BucketKeyEnabled],
      ["aws:kms", key, true],
    );
    await at.s3.deleteBucketEncryption({ Bucket });
    assert.equal((await at.s3.putObject({ Bucket, Key: "k", Body: "x" })).ServerSideEncryption, "AES256");
  });

  it("public access block and ownership controls are put, read and deleted", async () => {
    const Bucket = await bucket();
    await at.s3.putPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration: { BlockPublicAcls: true } });
    assert.deepEqual((await at.s3.getPublicAccessBlock({ Bucket })).PublicAccessBlockConfiguration, {
      BlockPublicAcls: true,
      IgnorePublicAcls: false,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: false,
    });
    await at.s3.deletePublicAccessBlock({ Bucket });
    await assert.rejects(
      at.s3.getPublicAccessBlock({ Bucket }),
      awsError(
        "NoSuchPublicAccessBlockConfiguration",
        "The public access block configuration was not found",
        404,
      ),
    );
    await at.s3.deleteBucketOwnershipControls({ Bucket });
    await assert.rejects(
      at.s3.getBucketOwnershipControls({ Bucket }),
      awsError("OwnershipControlsNotFoundError", "The bucket ownership controls were not found", 404),
    );
  });

  it("a lifecycle configuration is read back with its rules' ids", async () => {
    const Bucket = await bucket();
    const Rules = [
      { ID: "errors", Status: "Enabled" as const, Filter: { Prefix: "errors/" }, Expiration: { Days: 30 } },
      {
        ID: "uploads",
        Status: "Enabled" as const,
        Filter: { Prefix: "" },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
    ];
    await at.s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules } });
    const got = await at.s3.getBucketLifecycleConfiguration({ Bucket });
    assert.deepEqual(got.Rules, Rules);
    assert.equal(got.TransitionDefaultMinimumObjectSize, "all_storage_classes_128K");
    await assert.rejects(
      at.s3.putBucketLifecycleConfiguration({
        Bucket,
        LifecycleConfiguration: { Rules: [{ ID: "x", Status: "Enabled", Filter: { Prefix: "" } }] },
      }),
      awsError("InvalidRequest", "At least one action needs to be specified in a rule", 400),
    );
    await at.s3.deleteBucketLifecycle({ Bucket });
    await assert.rejects(
      at.s3.getBucketLifecycleConfiguration({ Bucket }),
      awsError("NoSuchLifecycleConfiguration", undefined, 404),
    );
  });

  it("an ACL other than private is refused when ownership is enforced", async () => {
    const Bucket = await bucket();
    await at.s3.putBucketAcl({ Bucket, ACL: "private" });
    await assert.rejects(
      at.s3.putBucketAcl({ Bucket, ACL: "public-read" }),
      awsError("AccessControlListNotSupported", "The bucket does not allow ACLs", 400),
    );
  });

  it("a policy is read back as text, and checked when put", async () => {
    const Bucket = await bucket();
    const statement = {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await at.s3.putBucketPolicy({ Bucket, Policy });
    assert.equal((await at.s3.getBucketPolicy({ Bucket })).Policy, Policy);
    assert.equal((await at.s3.getBucketPolicyStatus({ Bucket })).PolicyStatus?.IsPublic, false);
    await assert.rejects(
      at.s3.putBucketPolicy({ Bucket, Policy: "{" }),
      awsError("MalformedPolicy", "This policy contains invalid Json", 400),
    );
    const elsewhere = JSON.stringify({ Statement: [{ ...statement, Resource: "arn:aws:s3:::other/*" }] });
    await assert.rejects(
      at.s3.putBucketPolicy({ Bucket, Policy: elsewhere }),
      awsError("MalformedPolicy", "Policy has invalid resource", 400),
    );
    await at.s3.deleteBucketPolicy({ Bucket });
  });
});

describe("S3 authorization", () => {
  let at: Lab;
  before(async () => {
    at = await lab();
  });
  after(async () => at.end());

  /** A caller in a role with these statements. */
  const caller = async (RoleName: string, Statement: object[]) => {
    const { call, administrator } = at.cloud;
    const trust = [
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ];
    const role = await call(
      "iam",
      "CreateRole",
      { RoleName, AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: trust }) },
      administrator,
    );
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await call("iam", "PutRolePolicy", { RoleName, PolicyName: "p", PolicyDocument }, administrator);
    const Arn = role.Role?.Arn ?? "";
    return {
      accountId: at.cloud.accountId,
      arn: `${Arn}/s`,
      userId: "u",
      role: { arn: Arn, name: RoleName, sessionName: "s" },
    };
  };

  it("are checked for listings, with the prefix, and for each object", async () => {
    await at.s3.createBucket({ Bucket: "guarded" });
    await at.s3.putObject({ Bucket: "guarded", Key: "in/x", Body: "x" });
    const reader = await caller("reader", [
      { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::guarded/in/*" },
      {
        Effect: "Allow",
        Action: "s3:ListBucket",
        Resource: "arn:aws:s3:::guarded",
        Condition: { StringLike: { "s3:prefix": "in/*" } },
      },
    ]);
    const { call } = at.cloud;
    assert.equal(
      (await call("s3", "ListObjectsV2", { Bucket: "guarded", Prefix: "in/" }, reader)).KeyCount,
      1,
    );
    await assert.rejects(
      call("s3", "ListObjectsV2", { Bucket: "guarded" }, reader),
      /is not authorized to perform: s3:ListBucket/,
    );
    await call("s3", "GetObject", { Bucket: "guarded", Key: "in/x" }, reader);
    await assert.rejects(
      call("s3", "GetObject", { Bucket: "guarded", Key: "out" }, reader),
      /is not authorized to perform: s3:GetObject/,
    );
    await assert.rejects(
      call("s3", "PutObject", { Bucket: "guarded", Key: "in/x", Body: "y" }, reader),
      /is not authorized to perform: s3:PutObject/,
    );
  });

  it("a caller without ListBucket gets AccessDenied for a missing key", async () => {
    await at.s3.createBucket({ Bucket: "secretive" });
    const getter = await caller("getter", [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }]);
    await assert.rejects(at.cloud.call("s3", "GetObject", { Bucket: "secretive", Key: "none" }, getter), {
      code: "AccessDenied",
      status: 403,
    });
  });

  it("tags in the header of a write need s3:PutObjectTagging", async () => {
    await at.s3.createBucket({ Bucket: "tags" });
    const put = { Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::tags/*" };
    const writer = await caller("untagging", [put]);
    const input = { Bucket: "tags", Key: "x", Body: "y" };
    await at.cloud.call("s3", "PutObject", input, writer);
    await assert.rejects(
      at.cloud.call("s3", "PutObject", { ...input, Tagging: "a=1" }, writer),
      /is not authorized to perform: s3:PutObjectTagging/,
    );
    const tagger = await caller("tagging", [{ ...put, Action: "s3:PutObject*" }]);
    await at.cloud.call("s3", "PutObject", { ...input, Tagging: "a=1" }, tagger);
  });

  it("a bucket policy's deny overrides, and its allow suffices", async () => {
    await at.s3.createBucket({ Bucket: "policed" });
    const writer = await caller("writer", [{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);
    const nobody = await caller("nobody", [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" }]);
    const arn = (key: string) => `arn:aws:s3:::policed/${key}`;
    const Statement = [
      { Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: arn("locked/*") },
      {
        Effect: "Allow",
        Principal: { AWS: nobody.role.arn },
        Action: "s3:PutObject",
        Resource: arn("drop/*"),
      },
    ];
    await at.s3.putBucketPolicy({
      Bucket: "policed",
      Policy: JSON.stringify({ Version: "2012-10-17", Statement }),
    });
    const put = (Key: string, as: typeof writer) =>
      at.cloud.call("s3", "PutObject", { Bucket: "policed", Key, Body: "x" }, as);
    await put("free/x", writer);
    await assert.rejects(put("locked/x", writer), /with an explicit deny in a resource-based policy/);
    await put("drop/x", nobody);
    await assert.rejects(put("free/x", nobody), /is not authorized/);
  });
});
