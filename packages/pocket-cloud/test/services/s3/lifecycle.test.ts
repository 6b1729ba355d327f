import { strict as assert } from "node:assert";
import type { LifecycleRule } from "@aws-sdk/client-s3";
import { type Lab, lab } from "./cloud";

const NOON = Date.UTC(2026, 0, 1, 12);
const DAY = 86_400_000;

describe("S3 lifecycle", () => {
  let at: Lab;
  let count = 0;
  before(async () => {
    at = await lab({ clock: { simulateFrom: NOON } });
  });
  after(async () => at.end());

  const call: Lab["cloud"]["call"] = (service, operation, input, caller) =>
    at.cloud.call(service, operation, input, caller);
  const admin = () => at.cloud.administrator;

  const bucket = async (rule: Omit<LifecycleRule, "Status">, versioned = false): Promise<string> => {
    const Bucket = `ageing-${count++}`;
    await call("s3", "CreateBucket", { Bucket }, admin());
    if (versioned)
      await call(
        "s3",
        "PutBucketVersioning",
        { Bucket, VersioningConfiguration: { Status: "Enabled" } },
        admin(),
      );
    const Rules = [{ ID: "the rule", Status: "Enabled" as const, ...rule }];
    await call(
      "s3",
      "PutBucketLifecycleConfiguration",
      { Bucket, LifecycleConfiguration: { Rules } },
      admin(),
    );
    return Bucket;
  };
  const put = (Bucket: string, Key: string, more: object = {}) =>
    call("s3", "PutObject", { Bucket, Key, Body: "x", ...more }, admin());
  const keys = async (Bucket: string) =>
    (await call("s3", "ListObjectsV2", { Bucket }, admin())).Contents?.map(({ Key }) => Key) ?? [];

  it("expires objects at the midnight after their days, and announces it", async () => {
    const Bucket = await bucket({ Filter: { Prefix: "errors/" }, Expiration: { Days: 1 } });
    const { Expiration } = await put(Bucket, "errors/x");
    await put(Bucket, "kept/x");
    assert.equal(Expiration, 'expiry-date="Sat, 03 Jan 2026 00:00:00 GMT", rule-id="the%20rule"');
    await at.cloud.clock.advanceTo(Date.UTC(2026, 0, 2, 23));
    assert.deepEqual(await keys(Bucket), ["errors/x", "kept/x"]);
    await at.cloud.clock.advanceTo(Date.UTC(2026, 0, 3));
    assert.deepEqual(await keys(Bucket), ["kept/x"]);
  });

  it("applies the tags and sizes of a filter", async () => {
    const Bucket = await bucket({
      Filter: { And: { Prefix: "", Tags: [{ Key: "tmp", Value: "1" }], ObjectSizeGreaterThan: 2 } },
      Expiration: { Days: 1 },
    });
    await put(Bucket, "small", { Tagging: "tmp=1" });
    await put(Bucket, "large", { Tagging: "tmp=1", Body: "xxx" });
    await put(Bucket, "untagged", { Body: "xxx" });
    await at.cloud.clock.advanceTo(at.cloud.clock.now() + 3 * DAY);
    assert.deepEqual(await keys(Bucket), ["small", "untagged"]);
  });

  it("aborts incomplete multipart uploads", async () => {
    const Bucket = await bucket({
      Filter: { Prefix: "" },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
    });
    await call("s3", "CreateMultipartUpload", { Bucket, Key: "left" }, admin());
    const uploads = async () =>
      (await call("s3", "ListMultipartUploads", { Bucket }, admin())).Uploads?.length ?? 0;
    await at.cloud.clock.advanceTo(at.cloud.clock.now() + DAY);
    assert.equal(await uploads(), 1);
    await at.cloud.clock.advanceTo(at.cloud.clock.now() + 2 * DAY);
    assert.equal(await uploads(), 0);
  });

  it("in a versioned bucket adds markers, then removes noncurrent versions and lone markers", async () => {
    const Bucket = await bucket(
      { Filter: { Prefix: "" }, Expiration: { Days: 1 }, NoncurrentVersionExpiration: { NoncurrentDays: 2 } },
      true,
    );
    await put(Bucket, "k");
    await at.cloud.clock.advanceTo(at.cloud.clock.now() + 2 * DAY);
    assert.deepEqual(await keys(Bucket), []);
    const versions = async () => {
      const { Versions = [], DeleteMarkers = [] } = await call(
        "s3",
        "ListObjectVersions",
        { Bucket },
        admin(),
      );
      return [Versions.length, DeleteMarkers.length];
    };
    assert.deepEqual(await versions(), [1, 1]);
    await at.cloud.clock.advanceTo(at.cloud.clock.now() + 3 * DAY);
    assert.deepEqual(await versions(), [0, 1]);
    const Rules = [
      {
        ID: "markers",
        Status: "Enabled" as const,
        Filter: { Prefix: "" },
        Expiration: { ExpiredObjectDeleteMarker: true },
      },
    ];
    await call(
      "s3",
      "PutBucketLifecycleConfiguration",
      { Bucket, LifecycleConfiguration: { Rules } },
      admin(),
    );
    await at.cloud.clock.advanceTo(at.cloud.clock.now() + DAY);
    assert.deepEqual(await versions(), [0, 0]);
  });
});
