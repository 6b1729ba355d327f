import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { objectsUnder } from "../../functions/shared/objects";
import { connectionOf, type TestCloud, testCloud } from "../support/cloud";

describe("objectsUnder", () => {
  let local: TestCloud;
  let s3: S3Client;
  let reads = 0;

  before(async () => {
    local = await testCloud();
    s3 = new S3Client({ ...connectionOf(local.cloud), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: "lake" }));
    for (let i = 10; i < 40; i++)
      await s3.send(new PutObjectCommand({ Bucket: "lake", Key: `csv/${i}`, Body: `object ${i}` }));
    s3.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          if (commandName === "GetObjectCommand") reads++;
          return next(args);
        },
      { step: "initialize" },
    );
  });
  after(async () => {
    s3.destroy();
    await local.stop();
  });
  beforeEach(() => {
    reads = 0;
  });

  it("gives every object once, in the order of keys", async () => {
    const texts: string[] = [];
    for await (const { text } of objectsUnder(s3, "lake", "csv/")) texts.push(text);
    assert.deepEqual(
      texts,
      Array.from({ length: 30 }, (_, i) => `object ${i + 10}`),
    );
  });

  it("reads the next objects while the caller works on one, and no more than those", async () => {
    const objects = objectsUnder(s3, "lake", "csv/");
    for (let i = 0; i < 8; i++) await objects.next();
    await sleep(50);
    assert.equal(reads, 15);
    await objects.return(undefined);
  });

  it("gives the objects before one that cannot be read, and then its error", async () => {
    for (const [key, Body] of [
      ["1", "object 1"],
      ["2", Buffer.from([0x1f, 0x8b, 0])],
      ["3", "object 3"],
    ] as const)
      await s3.send(new PutObjectCommand({ Bucket: "lake", Key: `broken/${key}`, Body }));
    const texts: string[] = [];
    const unhandled: unknown[] = [];
    const listener = (error: unknown) => unhandled.push(error);
    process.prependListener("unhandledRejection", listener);
    await assert.rejects(
      async () => {
        for await (const { text } of objectsUnder(s3, "lake", "broken/")) {
          texts.push(text);
          await sleep(50);
        }
      },
      { code: "Z_BUF_ERROR" },
    );
    process.off("unhandledRejection", listener);
    assert.deepEqual([texts, unhandled], [["object 1"], []]);
  });
});
