import { strict as assert } from "node:assert";
import fc from "fast-check";
import { awsError, type Lab, lab } from "./cloud";

const Bucket = "the-list";

/** What a listing is by definition: all keys under the prefix, rolled up, in byte order. */
function model(keys: readonly string[], prefix: string, delimiter: string): string[] {
  const entries = keys
    .filter((key) => key.startsWith(prefix))
    .map((key) => {
      const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
      return at < 0 ? key : key.slice(0, at + delimiter.length);
    });
  return [...new Set(entries)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

describe("S3 listings", () => {
  let at: Lab;
  before(async () => {
    at = await lab();
    await at.s3.createBucket({ Bucket });
    for (const Key of ["a.txt", "b/1", "b/2", "b/c/3", "d+e f/ü", "z"])
      await at.s3.putObject({ Bucket, Key, Body: Key });
  });
  after(async () => at.end());

  it("ListObjectsV2 gives keys with size, ETag, date and class", async () => {
    const { Contents, KeyCount, IsTruncated, Name, MaxKeys } = await at.s3.listObjectsV2({
      Bucket,
      Prefix: "a",
    });
    assert.deepEqual([KeyCount, IsTruncated, Name, MaxKeys], [1, false, Bucket, 1000]);
    const [entry] = Contents ?? [];
    assert.equal(entry?.Key, "a.txt");
    assert.equal(entry?.Size, 5);
    assert.match(entry?.ETag ?? "", /^"[0-9a-f]{32}"$/);
    assert.ok(entry?.LastModified instanceof Date);
    assert.equal(entry?.StorageClass, "STANDARD");
    assert.equal(entry?.Owner, undefined);
  });

  it("a delimiter groups keys into common prefixes", async () => {
    const { Contents, CommonPrefixes } = await at.s3.listObjectsV2({ Bucket, Delimiter: "/" });
    assert.deepEqual(
      Contents?.map(({ Key }) => Key),
      ["a.txt", "z"],
    );
    assert.deepEqual(
      CommonPrefixes?.map(({ Prefix }) => Prefix),
      ["b/", "d+e f/"],
    );
    const below = await at.s3.listObjectsV2({ Bucket, Delimiter: "/", Prefix: "b/" });
    assert.deepEqual(
      below.Contents?.map(({ Key }) => Key),
      ["b/1", "b/2"],
    );
    assert.deepEqual(
      below.CommonPrefixes?.map(({ Prefix }) => Prefix),
      ["b/c/"],
    );
  });

  it("StartAfter begins after a key", async () => {
    const { Contents } = await at.s3.listObjectsV2({ Bucket, StartAfter: "b/2" });
    assert.deepEqual(
      Contents?.map(({ Key }) => Key),
      ["b/c/3", "d+e f/ü", "z"],
    );
  });

  it("EncodingType url encodes keys and prefixes", async () => {
    const { Contents } = await at.s3.listObjectsV2({ Bucket, Prefix: "d+e f/", EncodingType: "url" });
    assert.deepEqual(
      Contents?.map(({ Key }) => Key),
      ["d%2Be+f/%C3%BC"],
    );
  });

  it("ListObjects continues from a marker, and returns the next one only with a delimiter", async () => {
    const first = await at.s3.listObjects({ Bucket, MaxKeys: 2 });
    assert.deepEqual([first.IsTruncated, first.NextMarker], [true, undefined]);
    const second = await at.s3.listObjects({ Bucket, Marker: "b/1", MaxKeys: 2 });
    assert.deepEqual(
      second.Contents?.map(({ Key }) => Key),
      ["b/2", "b/c/3"],
    );
    const rolled = await at.s3.listObjects({ Bucket, Delimiter: "/", MaxKeys: 2 });
    assert.equal(rolled.NextMarker, "b/");
    const rest = await at.s3.listObjects({ Bucket, Delimiter: "/", Marker: "b/" });
    assert.deepEqual(
      rest.CommonPrefixes?.map(({ Prefix }) => Prefix),
      ["d+e f/"],
    );
  });

  it("refuses an invalid continuation token", async () => {
    await assert.rejects(
      at.s3.listObjectsV2({ Bucket, ContinuationToken: "not one" }),
      awsError("InvalidArgument", "The continuation token provided is incorrect", 400),
    );
  });

  it("MaxKeys 0 returns no keys", async () => {
    const got = await at.s3.listObjectsV2({ Bucket, MaxKeys: 0 });
    assert.deepEqual([got.KeyCount, got.IsTruncated, got.Contents], [0, false, undefined]);
  });

  it("all pages together equal a model, for random keys, prefixes, delimiters and page sizes", async () => {
    const segment = fc.string({
      unit: fc.constantFrom("a", "b", "/", "é", "🦆", "\uffee"),
      minLength: 1,
      maxLength: 6,
    });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(segment, { maxLength: 25 }),
        fc.constantFrom("", "a", "a/", "/", "é"),
        fc.constantFrom("", "/", "b", "a/"),
        fc.integer({ min: 1, max: 5 }),
        async (keys, prefix, delimiter, MaxKeys) => {
          const own = `model-${round++}`;
          const call = at.cloud.call;
          const admin = at.cloud.administrator;
          await call("s3", "CreateBucket", { Bucket: own }, admin);
          for (const Key of keys) await call("s3", "PutObject", { Bucket: own, Key, Body: "" }, admin);
          const got: string[] = [];
          for (let ContinuationToken: string | undefined; ; ) {
            const page = await call(
              "s3",
              "ListObjectsV2",
              { Bucket: own, Prefix: prefix, Delimiter: delimiter, MaxKeys, ContinuationToken },
              admin,
            );
            const entries = [
              ...(page.Contents ?? []).map(({ Key }) => Key ?? ""),
              ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ""),
            ];
            assert.ok(entries.length <= MaxKeys);
            got.push(...entries.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
            ContinuationToken = page.NextContinuationToken;
            if (ContinuationToken === undefined) break;
          }
          assert.deepEqual(got, model(keys, prefix, delimiter));
          for (const Key of keys) await call("s3", "DeleteObject", { Bucket: own, Key }, admin);
          await call("s3", "DeleteBucket", { Bucket: own }, admin);
        },
      ),
      { numRuns: 60 },
    );
  });
});
