import { strict as assert } from "node:assert";
import { memoryS3, openDoor, signedSend } from "./door";

describe("Keys that a web page can guess", () => {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const s3 = memoryS3();
  let door: Awaited<ReturnType<typeof openDoor>>;
  before(async () => {
    s3.objects.set("lake/a", "1");
    door = await openDoor([s3.service], {}, [], credentials);
  });
  after(() => door.close());

  const ask = async (as: object, headers: Readonly<Record<string, string>>) =>
    (await signedSend({ ...door, ...as }, "s3", { target: "/lake/a", headers })).status;

  it("are accepted from programs and from the address bar", async () => {
    assert.equal(await ask({ credentials }, {}), 200);
    assert.equal(await ask({ credentials }, { "sec-fetch-site": "none" }), 200);
    assert.equal(await ask({ credentials }, { "sec-fetch-site": "same-origin" }), 200);
  });

  it("are refused from links, images and scripts of other sites, which send no Origin", async () => {
    assert.equal(await ask({ credentials }, { "sec-fetch-site": "cross-site" }), 403);
    assert.equal(await ask({ credentials }, { "sec-fetch-site": "same-site" }), 403);
  });

  it("do not restrict the generated keys", async () => {
    assert.equal(await ask({}, { "sec-fetch-site": "cross-site" }), 200);
  });

  it("still need a valid signature", async () => {
    assert.equal(await ask({ credentials: { ...credentials, secretAccessKey: "guess" } }, {}), 403);
  });
});
