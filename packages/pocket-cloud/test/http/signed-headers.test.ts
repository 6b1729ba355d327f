import { strict as assert } from "node:assert";
import type { Service } from "../../service";
import { memoryS3, openDoor, signedSend } from "./door";
import { kinesis } from "./kinesis";

describe("Headers that a SigV4 signature does not cover", () => {
  let door: Awaited<ReturnType<typeof openDoor>>;
  before(async () => {
    door = await openDoor([kinesis as Service, memoryS3().service]);
  });
  after(async () => door.close());

  const list = {
    method: "POST",
    target: "/",
    headers: {
      "x-amz-target": "Kinesis_20131202.ListStreams",
      "content-type": "application/x-amz-json-1.1",
    },
    body: "{}",
  };
  const put = {
    method: "PUT",
    target: "/lake/a",
    headers: { "x-amz-meta-owner": "me", "x-amz-tagging": "a=b" },
    body: "x",
  };

  it("are accepted when neither host nor x-amz-* are among them", async () => {
    assert.equal((await signedSend(door, "kinesis", list)).status, 200);
    const traced = { ...put.headers, "x-amzn-trace-id": "Root=1-2-3", "amz-sdk-request": "attempt=1" };
    assert.equal((await signedSend(door, "s3", { ...put, headers: traced })).status, 200);
  });

  it("are refused by S3 with the names of the headers", async () => {
    for (const [unsigned, names] of [
      [["host"], "host"],
      [["x-amz-date"], "x-amz-date"],
      [["x-amz-content-sha256"], "x-amz-content-sha256"],
      [["x-amz-tagging", "x-amz-meta-owner"], "x-amz-meta-owner, x-amz-tagging"],
    ] as const) {
      const { status, text } = await signedSend(door, "s3", { ...put, unsigned });
      assert.equal(status, 403);
      assert.match(text, /<Code>AccessDenied<\/Code>/);
      assert.match(
        text,
        /<Message>There were headers present in the request which were not signed<\/Message>/,
      );
      assert.match(text, new RegExp(`<HeadersNotSigned>${names}</HeadersNotSigned>`));
    }
  });

  it("are refused by the other services", async () => {
    for (const name of ["host", "x-amz-date", "x-amz-target"]) {
      const { status, text } = await signedSend(door, "kinesis", { ...list, unsigned: [name] });
      // The JSON protocol has status 400 where others have 403.
      assert.equal(status, 400);
      assert.match(text, /InvalidSignatureException/);
      assert.match(text, /must be a 'SignedHeader' in the AWS Authorization\./);
    }
  });
});
