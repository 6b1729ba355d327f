import { strict as assert } from "node:assert";
import { Readable } from "node:stream";
import { awsError, type Lab, lab } from "./cloud";

const Bucket = "the-objects";

describe("S3 objects", () => {
  let at: Lab;
  before(async () => {
    at = await lab();
    await at.s3.createBucket({ Bucket });
  });
  after(async () => at.end());

  const text = async (Key: string, more: object = {}): Promise<string> =>
    (await (await at.s3.getObject({ Bucket, Key, ...more })).Body?.transformToString()) ?? "";

  describe("PutObject and GetObject", () => {
    it("return bytes, headers and metadata unchanged", async () => {
      const put = await at.s3.putObject({
        Bucket,
        Key: "a/file one.csv",
        Body: "id,price\n1,2\n",
        ContentType: "text/csv",
        CacheControl: "max-age=60",
        ContentEncoding: "identity",
        Metadata: { Source: "CoinGecko", rows: "1" },
        Tagging: "feed=crypto&tier=a%20b",
      });
      assert.match(put.ETag ?? "", /^"[0-9a-f]{32}"$/);
      assert.equal(put.ServerSideEncryption, "AES256");
      const got = await at.s3.getObject({ Bucket, Key: "a/file one.csv" });
      assert.equal(await got.Body?.transformToString(), "id,price\n1,2\n");
      assert.equal(got.ContentType, "text/csv");
      assert.equal(got.CacheControl, "max-age=60");
      assert.equal(got.ContentEncoding, "identity");
      assert.equal(got.ContentLength, 13);
      assert.equal(got.TagCount, 2);
      assert.deepEqual(got.Metadata, { source: "CoinGecko", rows: "1" });
      assert.equal(got.AcceptRanges, "bytes");
      assert.equal(got.ETag, put.ETag);
    });

    it("return the MD5 as ETag", async () => {
      const { ETag } = await at.s3.putObject({ Bucket, Key: "hello", Body: "hello" });
      assert.equal(ETag, '"5d41402abc4b2a76b9719d911017c592"');
    });

    it("accept an empty object", async () => {
      await at.s3.putObject({ Bucket, Key: "empty/", Body: "" });
      const got = await at.s3.getObject({ Bucket, Key: "empty/" });
      assert.equal(got.ContentLength, 0);
      assert.equal(await got.Body?.transformToString(), "");
    });

    it("stream bodies of several megabytes in and out", async () => {
      const bytes = Buffer.alloc(3_000_000, "0123456789");
      const Body = Readable.from([bytes.subarray(0, 1_500_000), bytes.subarray(1_500_000)]);
      await at.s3.putObject({ Bucket, Key: "large", Body, ContentLength: bytes.length });
      const got = await (await at.s3.getObject({ Bucket, Key: "large" })).Body?.transformToByteArray();
      assert.ok(got && bytes.equals(got));
    });

    it("replace an object", async () => {
      await at.s3.putObject({ Bucket, Key: "twice", Body: "the first, longer", Metadata: { a: "1" } });
      await at.s3.putObject({ Bucket, Key: "twice", Body: "second" });
      const got = await at.s3.getObject({ Bucket, Key: "twice" });
      assert.equal(await got.Body?.transformToString(), "second");
      assert.deepEqual(got.Metadata, {});
    });

    it("name what is missing", async () => {
      await assert.rejects(
        at.s3.getObject({ Bucket, Key: "nothing" }),
        awsError("NoSuchKey", "The specified key does not exist.", 404),
      );
      await assert.rejects(
        at.s3.getObject({ Bucket: "no-such-bucket-here", Key: "nothing" }),
        awsError("NoSuchBucket", "The specified bucket does not exist", 404),
      );
      await assert.rejects(
        at.s3.headObject({ Bucket, Key: "nothing" }),
        awsError("NotFound", undefined, 404),
      );
    });

    it("apply the response parameters of a presigned request", async () => {
      await at.s3.putObject({ Bucket, Key: "shown", Body: "x" });
      const got = await at.s3.getObject({
        Bucket,
        Key: "shown",
        ResponseContentType: "text/plain",
        ResponseContentDisposition: 'attachment; filename="x.txt"',
      });
      assert.equal(got.ContentType, "text/plain");
      assert.equal(got.ContentDisposition, 'attachment; filename="x.txt"');
    });
  });

  describe("ranges", () => {
    before(async () => {
      await at.s3.putObject({ Bucket, Key: "digits", Body: "0123456789" });
    });

    for (const [Range, expected, ContentRange] of [
      ["bytes=0-0", "0", "bytes 0-0/10"],
      ["bytes=2-5", "2345", "bytes 2-5/10"],
      ["bytes=7-", "789", "bytes 7-9/10"],
      ["bytes=-2", "89", "bytes 8-9/10"],
      ["bytes=-99", "0123456789", "bytes 0-9/10"],
      ["bytes=8-99", "89", "bytes 8-9/10"],
      ["lines=1-2", "0123456789", undefined],
    ] as const)
      it(`${Range} gives "${expected}"`, async () => {
        const got = await at.s3.getObject({ Bucket, Key: "digits", Range });
        assert.equal(await got.Body?.transformToString(), expected);
        assert.equal(got.ContentRange, ContentRange);
        assert.equal(got.$metadata.httpStatusCode, ContentRange === undefined ? 200 : 206);
        const head = await at.s3.headObject({ Bucket, Key: "digits", Range });
        assert.deepEqual(
          [head.ContentRange, head.$metadata.httpStatusCode],
          [ContentRange, got.$metadata.httpStatusCode],
        );
        assert.equal(got.ContentLength, expected.length);
      });

    it("a range after the end is not satisfiable", async () => {
      await assert.rejects(
        at.s3.getObject({ Bucket, Key: "digits", Range: "bytes=10-" }),
        awsError("InvalidRange", "The requested range is not satisfiable", 416),
      );
    });
  });

  describe("conditions", () => {
    let ETag: string | undefined;
    before(async () => {
      ({ ETag } = await at.s3.putObject({ Bucket, Key: "kept", Body: "kept" }));
    });

    it("If-None-Match answers 304 for the same ETag", async () => {
      await assert.rejects(
        at.s3.getObject({ Bucket, Key: "kept", IfNoneMatch: ETag }),
        (error: { $metadata?: { httpStatusCode?: number } }) => error.$metadata?.httpStatusCode === 304,
      );
      assert.equal(await text("kept", { IfNoneMatch: '"other"' }), "kept");
    });

    it("If-Match answers 412 for another ETag", async () => {
      assert.equal(await text("kept", { IfMatch: ETag }), "kept");
      await assert.rejects(
        at.s3.getObject({ Bucket, Key: "kept", IfMatch: '"other"' }),
        awsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412),
      );
    });

    it("dates are compared in seconds", async () => {
      const { LastModified } = await at.s3.headObject({ Bucket, Key: "kept" });
      assert.equal(await text("kept", { IfUnmodifiedSince: LastModified }), "kept");
      await assert.rejects(
        at.s3.getObject({ Bucket, Key: "kept", IfModifiedSince: LastModified }),
        (error: { $metadata?: { httpStatusCode?: number } }) => error.$metadata?.httpStatusCode === 304,
      );
    });

    it("a conditional put writes only a new key, or replaces the given version", async () => {
      await assert.rejects(
        at.s3.putObject({ Bucket, Key: "kept", Body: "new", IfNoneMatch: "*" }),
        awsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412),
      );
      await at.s3.putObject({ Bucket, Key: "kept-new", Body: "new", IfNoneMatch: "*" });
      await assert.rejects(
        at.s3.putObject({ Bucket, Key: "kept", Body: "new", IfMatch: '"other"' }),
        awsError("PreconditionFailed", undefined, 412),
      );
      await assert.rejects(
        at.s3.putObject({ Bucket, Key: "kept-not", Body: "new", IfMatch: ETag }),
        awsError("NoSuchKey", undefined, 404),
      );
      await at.s3.putObject({ Bucket, Key: "kept", Body: "newer", IfMatch: ETag });
      assert.equal(await text("kept"), "newer");
    });

    it("one of many conditional puts of a key succeeds", async () => {
      const tries = await Promise.allSettled(
        Array.from({ length: 8 }, (_, i) =>
          at.s3.putObject({ Bucket, Key: "race", Body: `by ${i}`, IfNoneMatch: "*" }),
        ),
      );
      assert.equal(tries.filter(({ status }) => status === "fulfilled").length, 1);
    });
  });

  describe("checksums", () => {
    const expected = {
      CRC32: "y/Q5Jg==",
      CRC32C: "4waSgw==",
      CRC64NVME: "rosUhgp5mIg=",
      SHA1: "98O8HYCOBHMq32eZZczDTKeuNEE=",
      SHA256: "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=",
    } as const;

    for (const [algorithm, value] of Object.entries(expected))
      it(`${algorithm} is verified, stored and returned on request`, async () => {
        const member = `Checksum${algorithm}` as "ChecksumCRC32";
        await at.s3.putObject({ Bucket, Key: `sum-${algorithm}`, Body: "123456789", [member]: value });
        const head = await at.s3.headObject({ Bucket, Key: `sum-${algorithm}`, ChecksumMode: "ENABLED" });
        assert.equal(head[member], value);
        assert.equal(head.ChecksumType, "FULL_OBJECT");
        assert.equal((await at.s3.headObject({ Bucket, Key: `sum-${algorithm}` }))[member], undefined);
      });

    it("a wrong checksum stores nothing", async () => {
      await assert.rejects(
        at.s3.putObject({ Bucket, Key: "wrong", Body: "123456789", ChecksumCRC32C: "AAAAAA==" }),
        awsError("BadDigest", "The CRC32C you specified did not match the calculated checksum.", 400),
      );
      await assert.rejects(at.s3.headObject({ Bucket, Key: "wrong" }), awsError("NotFound", undefined, 404));
    });

    it("a wrong Content-MD5 stores nothing", async () => {
      await assert.rejects(
        at.s3.putObject({ Bucket, Key: "wrong", Body: "x", ContentMD5: "AAAAAAAAAAAAAAAAAAAAAA==" }),
        awsError("BadDigest", "The Content-MD5 you specified did not match what we received.", 400),
      );
      await assert.rejects(
        at.s3.putObject({ Bucket, Key: "wrong", Body: "x", ContentMD5: "AAAA" }),
        awsError("InvalidDigest", "The Content-MD5 you specified was invalid.", 400),
      );
      await assert.rejects(at.s3.headObject({ Bucket, Key: "wrong" }), awsError("NotFound", undefined, 404));
    });

    it("GetObjectAttributes returns size, ETag and checksum", async () => {
      await at.s3.putObject({ Bucket, Key: "attributes", Body: "123456789", ChecksumAlgorithm: "SHA256" });
      const got = await at.s3.getObjectAttributes({
        Bucket,
        Key: "attributes",
        ObjectAttributes: ["ETag", "Checksum", "ObjectSize", "StorageClass"],
      });
      assert.equal(got.ETag, "25f9e794323b453885f5181f1b624d0b");
      assert.equal(got.Checksum?.ChecksumSHA256, expected.SHA256);
      assert.equal(got.ObjectSize, 9);
      assert.equal(got.StorageClass, "STANDARD");
    });
  });

  describe("CopyObject", () => {
    it("copies bytes, headers, metadata and tags", async () => {
      await at.s3.putObject({
        Bucket,
        Key: "from/a b+c%.txt",
        Body: "copied",
        ContentType: "text/plain",
        Metadata: { a: "1" },
        Tagging: "t=1",
      });
      const { CopyObjectResult } = await at.s3.copyObject({
        Bucket,
        Key: "to",
        CopySource: `${Bucket}/${encodeURIComponent("from/a b+c%.txt")}`,
      });
      const got = await at.s3.getObject({ Bucket, Key: "to" });
      assert.equal(await got.Body?.transformToString(), "copied");
      assert.equal(got.ETag, CopyObjectResult?.ETag);
      assert.deepEqual([got.ContentType, got.Metadata, got.TagCount], ["text/plain", { a: "1" }, 1]);
    });

    it("keeps the copy when the original is deleted", async () => {
      await at.s3.putObject({ Bucket, Key: "original", Body: "bytes" });
      await at.s3.copyObject({ Bucket, Key: "the-copy", CopySource: `/${Bucket}/original` });
      await at.s3.deleteObject({ Bucket, Key: "original" });
      assert.equal(await text("the-copy"), "bytes");
    });

    it("replaces metadata on request, and refuses a copy to itself without changes", async () => {
      await at.s3.putObject({ Bucket, Key: "self", Body: "self", Metadata: { a: "1" } });
      await assert.rejects(
        at.s3.copyObject({ Bucket, Key: "self", CopySource: `${Bucket}/self` }),
        awsError("InvalidRequest", undefined, 400),
      );
      await at.s3.copyObject({
        Bucket,
        Key: "self",
        CopySource: `${Bucket}/self`,
        MetadataDirective: "REPLACE",
        Metadata: { b: "2" },
      });
      const got = await at.s3.getObject({ Bucket, Key: "self" });
      assert.deepEqual(got.Metadata, { b: "2" });
      assert.equal(await got.Body?.transformToString(), "self");
    });

    it("redirects only where the copy's own request says", async () => {
      const CopySource = `${Bucket}/redirecting`;
      await at.s3.putObject({ Bucket, Key: "redirecting", Body: "x", WebsiteRedirectLocation: "/a" });
      await at.s3.copyObject({ Bucket, Key: "to", CopySource });
      assert.equal((await at.s3.headObject({ Bucket, Key: "to" })).WebsiteRedirectLocation, undefined);
      await at.s3.copyObject({ Bucket, Key: "to", CopySource, WebsiteRedirectLocation: "/b" });
      assert.equal((await at.s3.headObject({ Bucket, Key: "to" })).WebsiteRedirectLocation, "/b");
    });

    it("checks the source's conditions with 412", async () => {
      await at.s3.putObject({ Bucket, Key: "conditional", Body: "x" });
      await assert.rejects(
        at.s3.copyObject({
          Bucket,
          Key: "to",
          CopySource: `${Bucket}/conditional`,
          CopySourceIfMatch: '"no"',
        }),
        awsError("PreconditionFailed", undefined, 412),
      );
    });
  });

  describe("DeleteObject and DeleteObjects", () => {
    it("succeed whether or not the key exists", async () => {
      await at.s3.putObject({ Bucket, Key: "gone", Body: "x" });
      await at.s3.deleteObject({ Bucket, Key: "gone" });
      await at.s3.deleteObject({ Bucket, Key: "gone" });
      await assert.rejects(at.s3.headObject({ Bucket, Key: "gone" }), awsError("NotFound", undefined, 404));
    });

    it("delete many keys, also in quiet mode", async () => {
      for (const Key of ["many/1", "many/2", "many/3"]) await at.s3.putObject({ Bucket, Key, Body: "x" });
      const loud = await at.s3.deleteObjects({
        Bucket,
        Delete: { Objects: [{ Key: "many/1" }, { Key: "many/absent" }] },
      });
      assert.deepEqual(
        loud.Deleted?.map(({ Key }) => Key),
        ["many/1", "many/absent"],
      );
      const quiet = await at.s3.deleteObjects({
        Bucket,
        Delete: { Quiet: true, Objects: [{ Key: "many/2" }, { Key: "many/3" }] },
      });
      assert.equal(quiet.Deleted, undefined);
      assert.equal((await at.s3.listObjectsV2({ Bucket, Prefix: "many/" })).KeyCount, 0);
    });
  });

  describe("object tags", () => {
    it("are put, read and deleted", async () => {
      await at.s3.putObject({ Bucket, Key: "tagged", Body: "x" });
      await at.s3.putObjectTagging({
        Bucket,
        Key: "tagged",
        Tagging: {
          TagSet: [
            { Key: "a", Value: "1" },
            { Key: "b", Value: "" },
          ],
        },
      });
      assert.deepEqual((await at.s3.getObjectTagging({ Bucket, Key: "tagged" })).TagSet, [
        { Key: "a", Value: "1" },
        { Key: "b", Value: "" },
      ]);
      await at.s3.deleteObjectTagging({ Bucket, Key: "tagged" });
      assert.deepEqual((await at.s3.getObjectTagging({ Bucket, Key: "tagged" })).TagSet ?? [], []);
    });

    it("are at most ten", async () => {
      const TagSet = Array.from({ length: 11 }, (_, i) => ({ Key: `k${i}`, Value: "" }));
      await at.s3.putObject({ Bucket, Key: "tagged", Body: "x" });
      await assert.rejects(
        at.s3.putObjectTagging({ Bucket, Key: "tagged", Tagging: { TagSet } }),
        awsError("BadRequest", "Object tags cannot be greater than 10", 400),
      );
    });
  });
});
