import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { awsError, type Lab, lab } from "./cloud";

const Bucket = "the-parts";
const MIB = 2 ** 20;

describe("S3 multipart uploads", () => {
  let at: Lab;
  before(async () => {
    at = await lab();
    await at.s3.createBucket({ Bucket });
  });
  after(async () => at.end());

  const begin = async (Key: string, more: object = {}): Promise<string> =>
    (await at.s3.createMultipartUpload({ Bucket, Key, ...more })).UploadId ?? "";
  const part = async (Key: string, UploadId: string, PartNumber: number, Body: Uint8Array) => ({
    PartNumber,
    ETag: (await at.s3.uploadPart({ Bucket, Key, UploadId, PartNumber, Body })).ETag,
  });

  it("become one object with the description from their creation", async () => {
    const first = Buffer.alloc(5 * MIB, "a");
    const second = Buffer.from("the end");
    const UploadId = await begin("whole", { ContentType: "text/plain", Metadata: { a: "1" } });
    const Parts = [await part("whole", UploadId, 1, first), await part("whole", UploadId, 7, second)];
    await assert.rejects(at.s3.headObject({ Bucket, Key: "whole" }), awsError("NotFound", undefined, 404));
    const done = await at.s3.completeMultipartUpload({
      Bucket,
      Key: "whole",
      UploadId,
      MultipartUpload: { Parts },
    });
    const md5 = (bytes: Buffer) => createHash("md5").update(bytes).digest();
    assert.equal(done.ETag, `"${md5(Buffer.concat([md5(first), md5(second)])).toString("hex")}-2"`);
    const got = await at.s3.getObject({ Bucket, Key: "whole" });
    const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
    assert.ok(bytes.equals(Buffer.concat([first, second])));
    assert.deepEqual([got.ContentType, got.Metadata], ["text/plain", { a: "1" }]);
    const last = await at.s3.getObject({ Bucket, Key: "whole", PartNumber: 2 });
    assert.equal(await last.Body?.transformToString(), "the end");
    assert.equal(last.PartsCount, 2);
    await assert.rejects(
      at.s3.getObject({ Bucket, Key: "whole", PartNumber: 3 }),
      awsError("InvalidPartNumber", undefined, 416),
    );
    await assert.rejects(
      at.s3.listParts({ Bucket, Key: "whole", UploadId }),
      awsError("NoSuchUpload", undefined, 404),
    );
  });

  it("replace a part that is sent again", async () => {
    const UploadId = await begin("again");
    await part("again", UploadId, 1, Buffer.from("old"));
    const Parts = [await part("again", UploadId, 1, Buffer.from("new"))];
    await at.s3.completeMultipartUpload({ Bucket, Key: "again", UploadId, MultipartUpload: { Parts } });
    assert.equal(await (await at.s3.getObject({ Bucket, Key: "again" })).Body?.transformToString(), "new");
  });

  it("leave nothing behind when aborted", async () => {
    const UploadId = await begin("aborted");
    await part("aborted", UploadId, 1, Buffer.from("x".repeat(100)));
    await at.s3.abortMultipartUpload({ Bucket, Key: "aborted", UploadId });
    await assert.rejects(
      at.s3.abortMultipartUpload({ Bucket, Key: "aborted", UploadId }),
      awsError("NoSuchUpload", undefined, 404),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    const files = readdirSync(join(at.dir, "cloud", "s3", "buckets", Bucket, "objects"));
    assert.deepEqual(
      files.filter((name) => name.includes("part-")),
      [],
    );
  });

  it("copy parts from objects", async () => {
    await at.s3.putObject({ Bucket, Key: "source", Body: "0123456789" });
    const UploadId = await begin("copied");
    const copied = await at.s3.uploadPartCopy({
      Bucket,
      Key: "copied",
      UploadId,
      PartNumber: 1,
      CopySource: `${Bucket}/source`,
      CopySourceRange: "bytes=2-5",
    });
    await at.s3.completeMultipartUpload({
      Bucket,
      Key: "copied",
      UploadId,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag: copied.CopyPartResult?.ETag }] },
    });
    assert.equal(await (await at.s3.getObject({ Bucket, Key: "copied" })).Body?.transformToString(), "2345");
  });

  it("are refused with unknown, unordered or small parts", async () => {
    const UploadId = await begin("refused");
    const [one, two] = [
      await part("refused", UploadId, 1, Buffer.from("small")),
      await part("refused", UploadId, 2, Buffer.from("end")),
    ];
    const complete = (Parts: object[]) =>
      at.s3.completeMultipartUpload({ Bucket, Key: "refused", UploadId, MultipartUpload: { Parts } });
    await assert.rejects(
      complete([one, two]),
      awsError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", 400),
    );
    await assert.rejects(
      complete([two, one]),
      awsError(
        "InvalidPartOrder",
        "The list of parts was not in ascending order. Parts must be ordered by part number.",
        400,
      ),
    );
    await assert.rejects(complete([{ ...one, ETag: '"no"' }]), awsError("InvalidPart", undefined, 400));
    await assert.rejects(
      complete([{ PartNumber: 3, ETag: one.ETag }]),
      awsError("InvalidPart", undefined, 400),
    );
    await assert.rejects(
      at.s3.uploadPart({ Bucket, Key: "refused", UploadId, PartNumber: 10_001, Body: "x" }),
      awsError("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive", 400),
    );
    await complete([two]);
  });

  it("keep composite and full-object checksums", async () => {
    const complete = async (Key: string, more: object) => {
      const UploadId = await begin(Key, more);
      const sent = await at.s3.uploadPart({
        Bucket,
        Key,
        UploadId,
        PartNumber: 1,
        Body: "123456789",
        ChecksumAlgorithm: (more as { ChecksumAlgorithm: "CRC32" }).ChecksumAlgorithm,
      });
      const Parts = [
        {
          PartNumber: 1,
          ETag: sent.ETag,
          ChecksumCRC32: sent.ChecksumCRC32,
          ChecksumSHA256: sent.ChecksumSHA256,
        },
      ];
      return at.s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts } });
    };
    const composite = await complete("composite", { ChecksumAlgorithm: "CRC32" });
    assert.deepEqual([composite.ChecksumCRC32?.slice(-2), composite.ChecksumType], ["-1", "COMPOSITE"]);
    const full = await complete("full", { ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" });
    assert.deepEqual([full.ChecksumCRC32, full.ChecksumType], ["y/Q5Jg==", "FULL_OBJECT"]);
    const sha = await complete("sha", { ChecksumAlgorithm: "SHA256" });
    assert.equal(sha.ChecksumType, "COMPOSITE");
  });

  it("are listed, with their parts, in pages", async () => {
    await at.s3.createBucket({ Bucket: "in-progress" });
    const open = async (Key: string) =>
      (await at.s3.createMultipartUpload({ Bucket: "in-progress", Key })).UploadId ?? "";
    const ids = [await open("a"), await open("b/1"), await open("b/2"), await open("c")];
    const first = await at.s3.listMultipartUploads({ Bucket: "in-progress", MaxUploads: 2 });
    assert.deepEqual(
      first.Uploads?.map(({ Key, UploadId }) => [Key, UploadId]),
      [
        ["a", ids[0]],
        ["b/1", ids[1]],
      ],
    );
    assert.equal(first.IsTruncated, true);
    const second = await at.s3.listMultipartUploads({
      Bucket: "in-progress",
      KeyMarker: first.NextKeyMarker,
      UploadIdMarker: first.NextUploadIdMarker,
    });
    assert.deepEqual(
      second.Uploads?.map(({ Key }) => Key),
      ["b/2", "c"],
    );
    const rolled = await at.s3.listMultipartUploads({ Bucket: "in-progress", Delimiter: "/" });
    assert.deepEqual(
      [rolled.Uploads?.map(({ Key }) => Key), rolled.CommonPrefixes?.map(({ Prefix }) => Prefix)],
      [["a", "c"], ["b/"]],
    );
    for (const PartNumber of [1, 2, 3])
      await at.s3.uploadPart({
        Bucket: "in-progress",
        Key: "a",
        UploadId: ids[0],
        PartNumber,
        Body: `${PartNumber}`,
      });
    const parts = await at.s3.listParts({ Bucket: "in-progress", Key: "a", UploadId: ids[0], MaxParts: 2 });
    assert.deepEqual(
      [
        parts.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size]),
        parts.IsTruncated,
        parts.NextPartNumberMarker,
      ],
      [
        [
          [1, 1],
          [2, 1],
        ],
        true,
        "2",
      ],
    );
    const rest = await at.s3.listParts({
      Bucket: "in-progress",
      Key: "a",
      UploadId: ids[0],
      PartNumberMarker: "2",
    });
    assert.deepEqual(
      rest.Parts?.map(({ PartNumber }) => PartNumber),
      [3],
    );
  });
});
