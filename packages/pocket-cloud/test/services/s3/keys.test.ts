import { strict as assert } from "node:assert";
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { writeBody } from "../../../services/s3/body";
import { compareKeys, SortedKeys } from "../../../services/s3/keys";
import { awsError, type Lab, lab } from "./cloud";

const Bucket = "the-keys";

describe("S3 keys", () => {
  let at: Lab;
  before(async () => {
    at = await lab();
    await at.s3.createBucket({ Bucket });
  });
  after(async () => at.end());

  const hostile = [
    "a/b/c/../../../outside",
    ".",
    "a/../b",
    "%2e%2e%2f%2e%2e%2foutside",
    "/etc/passwd",
    "//",
    "back\\slash\\..\\x",
    "C:\\windows",
    "con",
    "name.",
    "objects.log",
    "new\nline\r\ttab",
    "ü/日本/🦆",
    "a".repeat(1024),
    "__proto__",
    "constructor",
    "case",
    "CASE",
    "Case",
  ];

  it("that look like paths are plain text", async () => {
    for (const Key of hostile) await at.s3.putObject({ Bucket, Key, Body: `bytes of ${Key}` });
    for (const Key of hostile)
      assert.equal(
        await (await at.s3.getObject({ Bucket, Key })).Body?.transformToString(),
        `bytes of ${Key}`,
      );
    assert.ok(!readdirSync(at.dir).includes("outside"));
    const stray = readdirSync(join(at.dir, "cloud", "s3"), { recursive: true }).filter((name) =>
      /outside|passwd|^b$/.test(String(name).split("/").slice(0, -1).join("/")),
    );
    assert.deepEqual(stray, []);
    const listed = (await at.s3.listObjectsV2({ Bucket, EncodingType: "url" })).Contents?.map(({ Key }) =>
      decodeURIComponent((Key ?? "").replaceAll("+", " ")),
    );
    assert.deepEqual(
      listed,
      [...hostile].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
  });

  it("do not follow symbolic links among the object files", async () => {
    const outside = join(at.dir, "outside.txt");
    writeFileSync(outside, "outside");
    const objects = join(at.dir, "cloud", "s3", "buckets", Bucket, "objects");
    symlinkSync(outside, join(objects, "link"));
    await assert.rejects(at.s3.getObject({ Bucket, Key: "link" }), { name: "NoSuchKey" });
    await at.s3.putObject({ Bucket, Key: "link", Body: "inside" });
    assert.equal(await (await at.s3.getObject({ Bucket, Key: "link" })).Body?.transformToString(), "inside");
    // A file of a name that is taken is never opened, wherever it leads.
    await assert.rejects(
      writeBody(join(objects, "link"), Buffer.from("x"), { checksum: { name: "CRC32" } }),
      { code: "EEXIST" },
    );
    at = await at.restart();
    assert.equal(readFileSync(outside, "utf8"), "outside");
    await at.s3.deleteObject({ Bucket, Key: "link" });
  });

  it("may contain NUL and any other character", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "binary", minLength: 1, maxLength: 200 }),
        fc.uint8Array({ maxLength: 50 }),
        async (Key, Body) => {
          await at.cloud.call("s3", "PutObject", { Bucket, Key, Body }, at.cloud.administrator);
          const got = await at.cloud.call("s3", "GetObject", { Bucket, Key }, at.cloud.administrator);
          assert.deepEqual(Buffer.from(got.Body as unknown as Uint8Array), Buffer.from(Body));
          await at.cloud.call("s3", "DeleteObject", { Bucket, Key }, at.cloud.administrator);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("have at most 1,024 bytes", async () => {
    await assert.rejects(
      at.s3.putObject({ Bucket, Key: "é".repeat(513), Body: "x" }),
      awsError("KeyTooLongError", "Your key is too long", 400),
    );
  });

  it("are in the order of their UTF-8 bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        assert.equal(Math.sign(compareKeys(a, b)), Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
    );
  });

  it("keep their order through additions and removals", () => {
    const key = fc.string({ unit: "binary", maxLength: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), key)), (steps) => {
        const sorted = new SortedKeys();
        const model = new Set<string>();
        for (const [add, one] of steps) {
          if (add) sorted.add(one);
          else sorted.remove(one);
          if (add) model.add(one);
          else model.delete(one);
        }
        const got = Array.from({ length: sorted.size }, (_, index) => sorted.at(index));
        assert.deepEqual(
          got,
          [...model].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
        );
      }),
    );
  });

  it("are stored in plain files with the same extension", async () => {
    await at.s3.putObject({ Bucket, Key: "csv/dt=2026-01-01/Part 1.CSV", Body: "1,2\n" });
    const dir = join(at.dir, "cloud", "s3", "buckets", Bucket, "objects");
    const file = readdirSync(dir).find((name) => name.endsWith("-part_1.csv"));
    assert.equal(readFileSync(join(dir, file ?? ""), "utf8"), "1,2\n");
  });
});
