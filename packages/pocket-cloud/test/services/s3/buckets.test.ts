import { strict as assert } from "node:assert";
import { awsError, type Lab, lab } from "./cloud";

describe("S3 buckets", () => {
  let at: Lab;
  before(async () => {
    at = await lab();
  });
  after(async () => at.end());

  it("are created, found, listed and deleted", async () => {
    assert.equal((await at.s3.createBucket({ Bucket: "first.bucket" })).Location, "/first.bucket");
    assert.equal((await at.s3.headBucket({ Bucket: "first.bucket" })).BucketRegion, "us-east-1");
    assert.deepEqual(
      (await at.s3.listBuckets({ Prefix: "first" })).Buckets?.map(({ Name }) => Name),
      ["first.bucket"],
    );
    await at.s3.deleteBucket({ Bucket: "first.bucket" });
    await assert.rejects(at.s3.headBucket({ Bucket: "first.bucket" }), awsError("NotFound", undefined, 404));
  });

  it("are listed in pages", async () => {
    for (const n of [1, 2, 3]) await at.s3.createBucket({ Bucket: `paged-${n}` });
    const first = await at.s3.listBuckets({ Prefix: "paged-", MaxBuckets: 2 });
    assert.deepEqual(
      first.Buckets?.map(({ Name }) => Name),
      ["paged-1", "paged-2"],
    );
    const second = await at.s3.listBuckets({ Prefix: "paged-", ContinuationToken: first.ContinuationToken });
    assert.deepEqual(
      second.Buckets?.map(({ Name }) => Name),
      ["paged-3"],
    );
    assert.equal(second.ContinuationToken, undefined);
  });

  for (const Bucket of ["UPPER", "ab", "under_score", "dots..twice", "192.168.1.1", "-dash", "xn--x"])
    it(`refuse the name ${Bucket}`, async () => {
      await assert.rejects(
        at.s3.createBucket({ Bucket }),
        awsError("InvalidBucketName", "The specified bucket is not valid.", 400),
      );
    });

  it("are created again with success in us-east-1 only", async () => {
    await at.s3.createBucket({ Bucket: "again" });
    await at.s3.createBucket({ Bucket: "again" });
    const europe = await lab({ region: "eu-west-1" });
    try {
      const asked = {
        Bucket: "again",
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" as const },
      };
      await europe.s3.createBucket(asked);
      await assert.rejects(
        europe.s3.createBucket(asked),
        awsError(
          "BucketAlreadyOwnedByYou",
          "Your previous request to create the named bucket succeeded and you already own it.",
          409,
        ),
      );
      assert.equal((await europe.s3.getBucketLocation({ Bucket: "again" })).LocationConstraint, "eu-west-1");
    } finally {
      await europe.end();
    }
  });

  it("have no location constraint in us-east-1", async () => {
    await at.s3.createBucket({ Bucket: "located" });
    assert.equal((await at.s3.getBucketLocation({ Bucket: "located" })).LocationConstraint, undefined);
    const create = (region: string) =>
      at.s3.createBucket({
        Bucket: "elsewhere",
        CreateBucketConfiguration: { LocationConstraint: region as "eu-west-1" },
      });
    for (const region of ["us-east-1", "aws-global"])
      await assert.rejects(create(region), awsError("InvalidLocationConstraint", undefined, 400));
    // The endpoint of us-east-1 creates buckets of every region (S3 API, CreateBucket).
    await create("eu-west-1");
    assert.equal((await at.s3.getBucketLocation({ Bucket: "elsewhere" })).LocationConstraint, "eu-west-1");
  });

  it("are not deleted while they have objects", async () => {
    await at.s3.createBucket({ Bucket: "full" });
    await at.s3.putObject({ Bucket: "full", Key: "x", Body: "x" });
    await assert.rejects(
      at.s3.deleteBucket({ Bucket: "full" }),
      awsError("BucketNotEmpty", "The bucket you tried to delete is not empty", 409),
    );
    await at.s3.deleteObject({ Bucket: "full", Key: "x" });
    await at.s3.deleteBucket({ Bucket: "full" });
  });

  it("check the expected owner", async () => {
    await at.s3.createBucket({ Bucket: "owned" });
    await at.s3.headBucket({ Bucket: "owned", ExpectedBucketOwner: "000000000000" });
    await assert.rejects(
      at.s3.listObjectsV2({ Bucket: "owned", ExpectedBucketOwner: "111111111111" }),
      awsError("AccessDenied", "Access Denied", 403),
    );
  });
});
