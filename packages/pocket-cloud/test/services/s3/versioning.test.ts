import { strict as assert } from "node:assert";
import type { ListObjectVersionsCommandOutput } from "@aws-sdk/client-s3";
import { awsError, type Lab, lab } from "./cloud";

describe("S3 versioning", () => {
  let at: Lab;
  let count = 0;
  before(async () => {
    at = await lab();
  });
  after(async () => at.end());

  const versioned = async (): Promise<string> => {
    const Bucket = `versioned-${count++}`;
    await at.s3.createBucket({ Bucket });
    await at.s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
    return Bucket;
  };
  const text = async (Bucket: string, VersionId?: string) =>
    (await at.s3.getObject({ Bucket, Key: "k", VersionId })).Body?.transformToString();

  it("is off until it is enabled", async () => {
    await at.s3.createBucket({ Bucket: "plain-one" });
    assert.equal((await at.s3.getBucketVersioning({ Bucket: "plain-one" })).Status, undefined);
    assert.equal((await at.s3.putObject({ Bucket: "plain-one", Key: "k", Body: "x" })).VersionId, undefined);
    const Bucket = await versioned();
    assert.equal((await at.s3.getBucketVersioning({ Bucket })).Status, "Enabled");
  });

  it("keeps every version of a key", async () => {
    const Bucket = await versioned();
    const one = await at.s3.putObject({ Bucket, Key: "k", Body: "one" });
    const two = await at.s3.putObject({ Bucket, Key: "k", Body: "two" });
    assert.notEqual(one.VersionId, two.VersionId);
    assert.equal(await text(Bucket), "two");
    assert.equal(await text(Bucket, one.VersionId), "one");
    const { Versions } = await at.s3.listObjectVersions({ Bucket });
    assert.deepEqual(
      Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]),
      [
        [two.VersionId, true],
        [one.VersionId, false],
      ],
    );
  });

  it("hides a deleted key with a marker, and shows it again when the marker is removed", async () => {
    const Bucket = await versioned();
    const put = await at.s3.putObject({ Bucket, Key: "k", Body: "kept" });
    const gone = await at.s3.deleteObject({ Bucket, Key: "k" });
    assert.equal(gone.DeleteMarker, true);
    await assert.rejects(at.s3.getObject({ Bucket, Key: "k" }), awsError("NoSuchKey", undefined, 404));
    assert.equal((await at.s3.listObjectsV2({ Bucket })).KeyCount, 0);
    assert.equal(await text(Bucket, put.VersionId), "kept");
    await assert.rejects(
      at.s3.getObject({ Bucket, Key: "k", VersionId: gone.VersionId }),
      awsError("MethodNotAllowed", undefined, 405),
    );
    await assert.rejects(
      at.s3.deleteBucket({ Bucket }),
      awsError(
        "BucketNotEmpty",
        "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
        409,
      ),
    );
    const { DeleteMarkers } = await at.s3.listObjectVersions({ Bucket });
    assert.deepEqual(
      DeleteMarkers?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]),
      [[gone.VersionId, true]],
    );
    await at.s3.deleteObject({ Bucket, Key: "k", VersionId: gone.VersionId });
    assert.equal(await text(Bucket), "kept");
  });

  it("deletes a version permanently, and the next one becomes current", async () => {
    const Bucket = await versioned();
    await at.s3.putObject({ Bucket, Key: "k", Body: "one" });
    const two = await at.s3.putObject({ Bucket, Key: "k", Body: "two" });
    await at.s3.deleteObject({ Bucket, Key: "k", VersionId: two.VersionId });
    assert.equal(await text(Bucket), "one");
    await assert.rejects(
      text(Bucket, two.VersionId),
      awsError("NoSuchVersion", "The specified version does not exist.", 404),
    );
  });

  it("when suspended, replaces only the null version", async () => {
    const Bucket = await versioned();
    const kept = await at.s3.putObject({ Bucket, Key: "k", Body: "kept" });
    await at.s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Suspended" } });
    await at.s3.putObject({ Bucket, Key: "k", Body: "null one" });
    const again = await at.s3.putObject({ Bucket, Key: "k", Body: "null two" });
    assert.equal(again.VersionId, undefined);
    const { Versions } = await at.s3.listObjectVersions({ Bucket });
    assert.deepEqual(
      Versions?.map(({ VersionId }) => VersionId),
      ["null", kept.VersionId],
    );
    assert.equal(await text(Bucket, kept.VersionId), "kept");
  });

  it("counts the object put before it was enabled as the null version", async () => {
    const Bucket = "enabled-later";
    await at.s3.createBucket({ Bucket });
    await at.s3.putObject({ Bucket, Key: "k", Body: "before" });
    await at.s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
    await at.s3.putObject({ Bucket, Key: "k", Body: "after" });
    assert.equal(await text(Bucket, "null"), "before");
  });

  it("is listed in pages, also within a key", async () => {
    const Bucket = await versioned();
    for (const Key of ["a", "k", "k", "k", "z"]) await at.s3.putObject({ Bucket, Key, Body: "x" });
    await at.s3.deleteObject({ Bucket, Key: "k" });
    const seen: string[] = [];
    for (
      let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
      markers;
    ) {
      const page: ListObjectVersionsCommandOutput = await at.s3.listObjectVersions({
        Bucket,
        MaxKeys: 2,
        ...markers,
      });
      seen.push(
        ...[...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(
          ({ Key, VersionId }) => `${Key} ${VersionId}`,
        ),
      );
      markers = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined;
    }
    assert.equal(seen.length, 6);
    assert.equal(new Set(seen).size, 6);
  });
});
