import { strict as assert } from "node:assert";
import { memoryS3, openDoor, signedSend } from "./door";

describe("Keys that a web page could guess", () => {
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

  it("serve programs, and a person who opens an address", async () => {
    assert.equal(await ask({ credentials }, {}), 200);
    assert.equal(await ask({ credentials }, { "sec-fetch-site": "none" }), 200);
    assert.equal(await ask({ credentials }, { "sec-fetch-site": "same-origin" }), 200);
  });

  it("serve no other site's links, images or scripts, which carry no origin", async () => {
    assert.equal(await ask({ credentials }, { "sec-fetch-site": "cross-site" }), 403);
    assert.equal(await ask({ credentials }, { "sec-fetch-site": "same-site" }), 403);
  });

  it("leave the cloud's own keys as they are: no page knows them", async () => {
    assert.equal(await ask({}, { "sec-fetch-site": "cross-site" }), 200);
  });

  it("still prove that their holder knows the secret", async () => {
    assert.equal(await ask({ credentials: { ...credentials, secretAccessKey: "guess" } }, {}), 403);
  });
});
