import { strict as assert } from "node:assert";
import { type Lab, lab } from "./cloud";

interface Refused {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

describe("Statuses and headers of S3's answers", () => {
  const Bucket = "answers";
  let at: Lab;
  before(async () => {
    at = await lab();
    await at.s3.createBucket({ Bucket });
  });
  after(async () => at.end());

  /** Status and headers of a refused call. */
  const refused = async (call: Promise<unknown>) => {
    const { $metadata, $response } = await call.then(
      () => assert.fail("accepted"),
      (error: Refused) => error,
    );
    return { status: $metadata?.httpStatusCode, headers: $response?.headers ?? {} };
  };

  it("304 has the ETag and the time of the last change", async () => {
    const { ETag } = await at.s3.putObject({ Bucket, Key: "k", Body: "x" });
    const { LastModified } = await at.s3.headObject({ Bucket, Key: "k" });
    const { status, headers } = await refused(at.s3.getObject({ Bucket, Key: "k", IfNoneMatch: ETag }));
    assert.deepEqual(
      [status, headers.etag, headers["last-modified"]],
      [304, ETag, LastModified?.toUTCString()],
    );
  });

  it("a delete marker is named in a header, also for HEAD", async () => {
    await at.s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
    await at.s3.putObject({ Bucket, Key: "gone", Body: "x" });
    const { VersionId } = await at.s3.deleteObject({ Bucket, Key: "gone" });
    for (const [call, expected] of [
      [() => at.s3.headObject({ Bucket, Key: "gone" }), 404],
      [() => at.s3.getObject({ Bucket, Key: "gone" }), 404],
      [() => at.s3.headObject({ Bucket, Key: "gone", VersionId }), 405],
    ] as const) {
      const { status, headers } = await refused(call());
      assert.deepEqual(
        [status, headers["x-amz-delete-marker"], headers["x-amz-version-id"]],
        [expected, "true", VersionId],
      );
    }
    const missing = await refused(at.s3.headObject({ Bucket, Key: "never" }));
    assert.equal(missing.headers["x-amz-delete-marker"], undefined);
  });

  it("PutBucketPolicy has status 204", async () => {
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::000000000000:root" },
          Action: "s3:GetObject",
          Resource: `arn:aws:s3:::${Bucket}/*`,
        },
      ],
    });
    assert.equal((await at.s3.putBucketPolicy({ Bucket, Policy })).$metadata.httpStatusCode, 204);
  });
});
