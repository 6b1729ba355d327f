import { strict as assert } from "node:assert";
import { memoryS3, openDoor, send, signedSend } from "./door";

describe("HTTP: allowed senders", () => {
  const s3 = memoryS3();
  let door: Awaited<ReturnType<typeof openDoor>>;
  before(async () => {
    door = await openDoor([s3.service], { idleMs: 300, maxBytes: 2000, maxObjectBytes: 5000 });
  });
  after(async () => door.close());

  const target = "/_local/health";

  for (const host of ["localhost", "127.0.0.1", "[::1]", "bucket.localhost", "my.bucket.127.0.0.1"])
    it(`answers under the name ${host}`, async () => {
      assert.equal(
        (await send(door.port, { target, headers: { host: `${host}:${door.port}` } })).status,
        200,
      );
    });

  it("refuses any other host name (DNS rebinding)", async () => {
    for (const host of [
      "evil.example",
      `evil.example:${door.port}`,
      "127.0.0.1:1",
      `127.0.0.1.evil.example:${door.port}`,
    ])
      assert.equal((await send(door.port, { target, headers: { host } })).status, 403);
  });

  it("refuses foreign origins and sends no CORS headers", async () => {
    for (const origin of ["http://evil.example", "null", `https://127.0.0.1.evil.example:${door.port}`]) {
      const answer = await send(door.port, { target, headers: { origin } });
      assert.equal(answer.status, 403);
      assert.equal(answer.headers["access-control-allow-origin"], undefined);
    }
    assert.equal((await send(door.port, { target, headers: { origin: door.endpoint } })).status, 200);
  });

  it("refuses unsigned requests and unknown keys", async () => {
    assert.equal((await send(door.port, { target: "/bucket/key" })).status, 403);
    const stranger = { ...door, credentials: { accessKeyId: "AKIASTRANGER", secretAccessKey: "x" } };
    const answer = await signedSend(stranger, "s3", { target: "/bucket/key" });
    assert.equal(answer.status, 403);
    assert.match(
      answer.text,
      /<Code>InvalidAccessKeyId<\/Code><Message>The AWS Access Key Id you provided does not exist in our records\.</,
    );
  });

  it("refuses a forged signature before it reads the body", async () => {
    const forger = { ...door, credentials: { ...door.credentials, secretAccessKey: "guess" } };
    const answer = await signedSend(forger, "s3", { method: "PUT", target: "/bucket/forged", body: "x" });
    assert.equal(answer.status, 403);
    assert.match(
      answer.text,
      /<Code>SignatureDoesNotMatch<\/Code><Message>The request signature we calculated does not match the signature you provided\. Check your key and signing method\.<\/Message>/,
    );
    assert.equal(s3.objects.has("bucket/forged"), false);
  });
});
