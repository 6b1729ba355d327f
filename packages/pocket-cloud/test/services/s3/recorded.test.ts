import { strict as assert } from "node:assert";
import { S3 } from "@aws-sdk/client-s3";
import { type Lab, lab } from "./cloud";

const MEBIBYTE = 2 ** 20;

/** What AWS answered to LocalStack's tests of S3, in their *.snapshot.json files. */
describe("S3 answers as recorded from AWS", () => {
  const Bucket = "recorded";
  let at: Lab;
  beforeEach(async () => {
    at = await lab();
    await at.s3.createBucket({ Bucket });
  });
  afterEach(async () => at.end());

  const refused = (call: Promise<unknown>, name: string, message: string) =>
    assert.rejects(call, (error: Error) => {
      assert.deepEqual([error.name, error.message], [name, message]);
      return true;
    });

  it("an error's XML has no Resource", async () => {
    await assert.rejects(at.s3.getObject({ Bucket, Key: "absent" }), (error: object) => {
      assert.deepEqual(
        Object.keys(error).filter((name) => name === "Resource" || name === "Key"),
        ["Key"],
      );
      return true;
    });
  });

  it("checksums of whole objects are in ranges that cover them, and in no others", async () => {
    await at.s3.putObject({ Bucket, Key: "k", Body: "0123456789", ChecksumAlgorithm: "CRC32" });
    const read = async (Range: string) =>
      (await at.s3.getObject({ Bucket, Key: "k", Range, ChecksumMode: "ENABLED" })).ChecksumCRC32;
    assert.deepEqual(
      [await read("bytes=0-100"), await read("bytes=-15"), await read("bytes=0-8")],
      ["poTHxg==", "poTHxg==", undefined],
    );
  });

  describe("multipart uploads", () => {
    const upload = async (options: object, parts: readonly string[]) => {
      const { UploadId } = await at.s3.createMultipartUpload({ Bucket, Key: "k", ...options });
      const Parts = [];
      for (const [index, Body] of parts.entries()) {
        const PartNumber = index + 1;
        const { ETag, ChecksumCRC32C } = await at.s3.uploadPart({
          Bucket,
          Key: "k",
          UploadId,
          PartNumber,
          Body,
          ...options,
        });
        Parts.push({ PartNumber, ETag, ChecksumCRC32C });
      }
      return { Bucket, Key: "k", UploadId, MultipartUpload: { Parts } };
    };
    const large = "a".repeat(5 * MEBIBYTE + 1);

    it("with composite checksums keep those of their parts", async () => {
      await at.s3.completeMultipartUpload(await upload({ ChecksumAlgorithm: "CRC32C" }, [large, "b"]));
      const part = await at.s3.headObject({ Bucket, Key: "k", PartNumber: 2, ChecksumMode: "ENABLED" });
      const { Checksum, ObjectParts } = await at.s3.getObjectAttributes({
        Bucket,
        Key: "k",
        ObjectAttributes: ["Checksum", "ObjectParts"],
      });
      assert.equal(part.ChecksumType, "COMPOSITE");
      assert.deepEqual(ObjectParts?.Parts?.[1], {
        PartNumber: 2,
        Size: 1,
        ChecksumCRC32C: part.ChecksumCRC32C,
      });
      assert.match(Checksum?.ChecksumCRC32C ?? "", /^[A-Za-z0-9+/]{6}==$/);
    });

    it("without a named algorithm only count their parts", async () => {
      const request = await upload({}, ["abc"]);
      await at.s3.completeMultipartUpload({
        ...request,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag: request.MultipartUpload.Parts[0]?.ETag }] },
      });
      const { ObjectParts } = await at.s3.getObjectAttributes({
        Bucket,
        Key: "k",
        ObjectAttributes: ["ObjectParts"],
      });
      assert.deepEqual(ObjectParts, { TotalPartsCount: 1 });
    });

    it("conflict with writes of the key while a condition holds", async () => {
      const request = await upload({}, ["abc"]);
      const Parts = [{ PartNumber: 1, ETag: request.MultipartUpload.Parts[0]?.ETag }];
      const { ETag } = await at.s3.putObject({ Bucket, Key: "k", Body: "meanwhile" });
      const complete = (conditions: object) =>
        at.s3.completeMultipartUpload({ ...request, MultipartUpload: { Parts }, ...conditions });
      const message =
        "The conditional request cannot succeed due to a conflicting operation against this resource.";
      await refused(complete({ IfMatch: ETag }), "ConditionalRequestConflict", message);
      await at.s3.deleteObject({ Bucket, Key: "k" });
      await refused(complete({ IfNoneMatch: "*" }), "ConditionalRequestConflict", message);
      await complete({});
    });

    it("are listed with the last one, and with markers that exist", async () => {
      assert.equal((await at.s3.listMultipartUploads({ Bucket })).NextKeyMarker, "");
      const { UploadId } = await at.s3.createMultipartUpload({ Bucket, Key: "k" });
      const { NextKeyMarker, NextUploadIdMarker, Prefix } = await at.s3.listMultipartUploads({ Bucket });
      assert.deepEqual([NextKeyMarker, NextUploadIdMarker, Prefix], ["k", UploadId, undefined]);
      await refused(
        at.s3.listMultipartUploads({ Bucket, KeyMarker: "other", UploadIdMarker: UploadId }),
        "InvalidArgument",
        "Invalid uploadId marker",
      );
    });
  });

  it("listings refuse an unknown encoding, and continue behind the prefix of a marker", async () => {
    for (const Key of ["a/1", "a/2", "b"]) await at.s3.putObject({ Bucket, Key, Body: "x" });
    const EncodingType = "base64" as "url";
    for (const list of [
      at.s3.listObjects({ Bucket, EncodingType }),
      at.s3.listObjectsV2({ Bucket, EncodingType }),
      at.s3.listObjectVersions({ Bucket, EncodingType }),
      at.s3.listMultipartUploads({ Bucket, EncodingType }),
    ])
      await refused(list, "InvalidArgument", "Invalid Encoding Method specified in Request");
    const { CommonPrefixes, Contents } = await at.s3.listObjects({ Bucket, Delimiter: "/", Marker: "a/1" });
    assert.deepEqual([CommonPrefixes, Contents?.map(({ Key }) => Key)], [undefined, ["b"]]);
  });

  it("access control lists are refused for their form before their content", async () => {
    const owner = (await at.s3.listBuckets({})).Owner;
    const groups = "http://acs.amazonaws.com/groups/s3";
    for (const [input, name, message] of [
      [{ GrantWrite: `uri="${groups}/FakeGroup"` }, "InvalidArgument", "Invalid group uri"],
      [{ GrantWrite: 'fakekey="1234"' }, "InvalidArgument", "Argument format not recognized"],
      [{ GrantWrite: 'id="wrong-id"' }, "InvalidArgument", "Invalid id"],
      [
        { AccessControlPolicy: {} },
        "MalformedACLError",
        "The XML you provided was not well-formed or did not validate against our published schema",
      ],
      [{ AccessControlPolicy: { Owner: { ID: "wrong-id" }, Grants: [] } }, "InvalidArgument", "Invalid id"],
      [
        {
          AccessControlPolicy: {
            Owner: owner,
            Grants: [{ Grantee: { Type: "Group", URI: `${groups}/FakeGroup` }, Permission: "READ" }],
          },
        },
        "InvalidArgument",
        "Invalid group uri",
      ],
    ] as [object, string, string][])
      await refused(at.s3.putBucketAcl({ Bucket, ...input }), name, message);
    await refused(
      at.s3.putObject({ Bucket, Key: "k", Body: "x", ACL: "fake" as "private" }),
      "InvalidArgument",
      "UnknownError",
    );
  });

  it("DeleteObjects lists versions that do not exist", async () => {
    const { Deleted, Errors } = await at.s3.deleteObjects({
      Bucket,
      Delete: { Objects: [{ Key: "k", VersionId: "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD" }] },
    });
    assert.deepEqual([Deleted, Errors?.[0]?.Code], [undefined, "NoSuchVersion"]);
  });

  it("delete markers have no tags", async () => {
    await at.s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
    await at.s3.deleteObject({ Bucket, Key: "k" });
    await refused(
      at.s3.getObjectTagging({ Bucket, Key: "k" }),
      "MethodNotAllowed",
      "The specified method is not allowed against this resource.",
    );
  });

  it("a bypass of Object Lock is refused without Object Lock", () =>
    refused(
      at.s3.deleteObject({ Bucket, Key: "k", BypassGovernanceRetention: true }),
      "InvalidArgument",
      "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
    ));

  it("errors of Content-MD5 state the digests", async () => {
    const put = (ContentMD5: string) => at.s3.putObject({ Bucket, Key: "k", Body: "x", ContentMD5 });
    await assert.rejects(put("000"), { name: "InvalidDigest", "Content-MD5": "000" });
    const wrong = Buffer.alloc(16).toString("base64");
    await assert.rejects(put(wrong), {
      name: "BadDigest",
      CalculatedDigest: "ndTkYSaMgDT1yFZOFVxnpg==",
      ExpectedDigest: "00000000000000000000000000000000",
    });
    const { UploadId } = await at.s3.createMultipartUpload({ Bucket, Key: "k" });
    const part = { Bucket, Key: "k", UploadId, PartNumber: 1, Body: "x", ContentMD5: wrong };
    await assert.rejects(at.s3.uploadPart(part), { name: "BadDigest", ExpectedDigest: wrong });
  });

  it("a signature that does not match is answered with what S3 signed", async () => {
    const { endpoint, region, credentials } = at.cloud;
    const s3 = new S3({
      endpoint,
      region,
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: { ...credentials, secretAccessKey: "wrong" },
    });
    await assert.rejects(s3.listBuckets({}), (error: Error & Record<string, unknown>) => {
      assert.equal(error.name, "SignatureDoesNotMatch");
      assert.equal(error.AWSAccessKeyId, credentials.accessKeyId);
      assert.match(String(error.StringToSign), /^AWS4-HMAC-SHA256\n/);
      assert.match(String(error.StringToSignBytes), /^41 57 53 34 2d/);
      assert.match(String(error.CanonicalRequest), /^GET\n\/\n/);
      return true;
    });
    s3.destroy();
  });

  it("a date in the future is no condition", async () => {
    await at.s3.putObject({ Bucket, Key: "k", Body: "x" });
    const IfModifiedSince = new Date(at.cloud.clock.now() + 86_400_000);
    assert.equal((await at.s3.getObject({ Bucket, Key: "k", IfModifiedSince })).ContentLength, 1);
  });

  it("logs go to a bucket of the same region", async () => {
    await at.s3.createBucket({
      Bucket: "elsewhere",
      CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
    });
    await refused(
      at.s3.putBucketLogging({
        Bucket,
        BucketLoggingStatus: { LoggingEnabled: { TargetBucket: "elsewhere", TargetPrefix: "" } },
      }),
      "CrossLocationLoggingProhibitted",
      "Cross S3 location logging not allowed. ",
    );
  });

  it("EU is the old name of eu-west-1, and other regions have a URL as location", async () => {
    const { Location } = await at.s3.createBucket({
      Bucket: "european",
      CreateBucketConfiguration: { LocationConstraint: "EU" },
    });
    assert.match(Location ?? "", /^http:\/\/european\./);
    assert.equal((await at.s3.headBucket({ Bucket: "european" })).BucketRegion, "eu-west-1");
    await refused(
      at.s3.createBucket({
        Bucket: "european",
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
      "BucketAlreadyOwnedByYou",
      "Your previous request to create the named bucket succeeded and you already own it.",
    );
  });

  it("an empty list of tags deletes them", async () => {
    const put = (TagSet: { Key: string; Value: string }[]) =>
      at.s3.putBucketTagging({ Bucket, Tagging: { TagSet } });
    assert.equal((await put([{ Key: "a", Value: "1" }])).$metadata.httpStatusCode, 204);
    await put([]);
    await assert.rejects(at.s3.getBucketTagging({ Bucket }), { name: "NoSuchTagSet" });
  });

  it("a part of an upload has its checksum when the object's is composite", async () => {
    const partOf = async (ChecksumType: "COMPOSITE" | "FULL_OBJECT") => {
      const options = { ChecksumAlgorithm: "CRC32", ChecksumType } as const;
      const { UploadId } = await at.s3.createMultipartUpload({ Bucket, Key: "k", ...options });
      const part = { Bucket, Key: "k", UploadId, PartNumber: 1, ChecksumAlgorithm: "CRC32" } as const;
      const { ETag, ChecksumCRC32 } = await at.s3.uploadPart({ ...part, Body: "0123456789" });
      await at.s3.completeMultipartUpload({
        ...{ Bucket, Key: "k", UploadId, ChecksumType },
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32 }] },
      });
      return (await at.s3.headObject({ Bucket, Key: "k", PartNumber: 1, ChecksumMode: "ENABLED" }))
        .ChecksumCRC32;
    };
    assert.deepEqual([await partOf("COMPOSITE"), await partOf("FULL_OBJECT")], ["poTHxg==", undefined]);
  });

  it("the current version, when it is not named, says when it expires", async () => {
    await at.s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
    await at.s3.putBucketLifecycleConfiguration({
      Bucket,
      LifecycleConfiguration: {
        Rules: [{ ID: "all", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 7 } }],
      },
    });
    const { VersionId } = await at.s3.putObject({ Bucket, Key: "k", Body: "1" });
    const { VersionId: current } = await at.s3.putObject({ Bucket, Key: "k", Body: "2" });
    for (const version of [VersionId, current])
      assert.equal((await at.s3.headObject({ Bucket, Key: "k", VersionId: version })).Expiration, undefined);
    assert.match((await at.s3.headObject({ Bucket, Key: "k" })).Expiration ?? "", /rule-id="all"/);
  });

  it("metadata in encoded words is decoded, and encoded where it is not ASCII", async () => {
    const word = (text: string) => `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;
    const Metadata = {
      "non-ascii": word("test_—_file%E2%80%94_é_2?.pdf"),
      "non-ascii-2": word("ÄMÄZÕÑ S3"),
      "non-ascii-binary": word("\0\u0001\u0002\u0003"),
      "replacement-chars": word("�������"),
      "fake-encoded": "=?UTF-8?Q?actually-ascii?=",
      "asciib64-encoded": "=?UTF-8?B?YWJj?=",
      "bad-b64-encoded": "=?UTF-8?B?=GGG?=",
      plain: "a=b_c?d",
    };
    await at.s3.putObject({ Bucket, Key: "k", Body: "", Metadata });
    assert.deepEqual((await at.s3.getObject({ Bucket, Key: "k" })).Metadata, {
      "non-ascii": "=?UTF-8?Q?test=5F=E2=80=94=5Ffile%E2%80%94=5F=C3=A9=5F2=3F.pdf?=",
      "non-ascii-2": "=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?=",
      "non-ascii-binary": "=?UTF-8?B?AAECAw==?=",
      "replacement-chars": "=?UTF-8?B?77+977+977+977+977+977+977+9?=",
      "fake-encoded": "actually-ascii",
      "asciib64-encoded": "abc",
      "bad-b64-encoded": "=?UTF-8?B?77+9Ye+/vQ==?=",
      plain: "a=b_c?d",
    });
  });

  it("versions that S3 never gave are refused", async () => {
    await at.s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
    const { VersionId = "" } = await at.s3.putObject({ Bucket, Key: "k", Body: "1" });
    const other = `${VersionId.slice(0, -4)}ABCD`;
    const message = "Invalid version id specified";
    await refused(at.s3.deleteObject({ Bucket, Key: "k", VersionId: other }), "InvalidArgument", message);
    await refused(at.s3.getObject({ Bucket, Key: "k", VersionId: other }), "InvalidArgument", message);
    await at.s3.deleteObject({ Bucket, Key: "k", VersionId });
    await refused(
      at.s3.getObject({ Bucket, Key: "k", VersionId }),
      "NoSuchVersion",
      "The specified version does not exist.",
    );
  });

  it("buckets are listed by regions that exist", () =>
    refused(
      at.s3.listBuckets({ BucketRegion: "eu-east-1" }),
      "InvalidArgument",
      "Argument value eu-east-1 is not a valid AWS Region",
    ));

  it("a bucket with an encryption of its own takes copies of an object to itself", async () => {
    const SSEAlgorithm = "AES256";
    await at.s3.putObject({ Bucket, Key: "k", Body: "x" });
    const copy = () => at.s3.copyObject({ Bucket, Key: "k", CopySource: `${Bucket}/k` });
    await assert.rejects(copy(), { name: "InvalidRequest" });
    await at.s3.putBucketEncryption({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm } }],
      },
    });
    assert.equal((await copy()).ServerSideEncryption, "AES256");
  });

  it("a bucket that does not exist is named before a form that is wrong", () =>
    refused(
      at.s3.putBucketEncryption({
        Bucket: "absent-bucket",
        ServerSideEncryptionConfiguration: {} as { Rules: [] },
      }),
      "NoSuchBucket",
      "The specified bucket does not exist",
    ));

  it("a second checksum is refused before its value", () =>
    refused(
      at.s3.putObject({ Bucket, Key: "k", Body: "x", ChecksumCRC32: "AAAAAA==", ChecksumSHA256: "wrong" }),
      "InvalidRequest",
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    ));

  it("tags without a TagSet remove all tags", async () => {
    await at.s3.putBucketTagging({ Bucket, Tagging: { TagSet: [{ Key: "a", Value: "1" }] } });
    await at.s3.putObject({ Bucket, Key: "k", Body: "x", Tagging: "a=1" });
    const Tagging = {} as { TagSet: [] };
    await at.s3.putBucketTagging({ Bucket, Tagging });
    await assert.rejects(at.s3.getBucketTagging({ Bucket }), { name: "NoSuchTagSet" });
    await at.s3.putObjectTagging({ Bucket, Key: "k", Tagging });
    assert.deepEqual((await at.s3.getObjectTagging({ Bucket, Key: "k" })).TagSet, []);
  });

  it("a bucket is not created with a signature for a region that does not exist", async () => {
    const { endpoint, credentials } = at.cloud;
    const s3 = new S3({ endpoint, credentials, region: "aws-nowhere", forcePathStyle: true, maxAttempts: 1 });
    await assert.rejects(s3.createBucket({ Bucket: "other" }), {
      name: "AuthorizationHeaderMalformed",
      message:
        "The authorization header is malformed; the region 'aws-nowhere' is wrong; expecting 'us-east-1'",
      Region: "us-east-1",
    });
    s3.destroy();
  });
});
