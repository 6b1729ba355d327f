import { strict as assert } from "node:assert";
import { request } from "node:http";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type Cloud, startCloud } from "../../cloud";

interface Got {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

describe("The published site of the endpoint", () => {
  let cloud: Cloud;
  before(async () => {
    cloud = await startCloud({ services: ["s3"] });
    const { endpoint, region, credentials } = cloud;
    const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    await cloud.call("s3", "CreateBucket", { Bucket: "lake" }, cloud.administrator);
    const put = (Key: string, Body: string, ContentType: string) =>
      s3.send(new PutObjectCommand({ Bucket: "lake", Key, Body, ContentType }));
    await put("site/index.html", "<h1>Home</h1>", "text/html; charset=utf-8");
    await put("site/coins/bitcoin.html", "<h1>bitcoin</h1>", "text/html; charset=utf-8");
    await put("site/program.exe", "MZ", "application/x-msdownload");
    await put("csv/secret.csv", "secret", "text/csv");
    await put("site2/secret.html", "secret", "text/html");
    s3.destroy();
  });
  after(() => cloud.stop());

  const get = (path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Got> =>
    new Promise((resolve, reject) => {
      request({ port: cloud.port, host: "127.0.0.1", path, method, headers }, (response) => {
        let body = "";
        response.on("data", (piece) => {
          body += piece;
        });
        response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
      })
        .on("error", reject)
        .end();
    });

  it("does not exist until a folder is published", async () => {
    const { status, body } = await get("/_site/");
    assert.deepEqual([status, body], [404, "No site is published.\n"]);
    cloud.serveSite({ bucket: "lake", prefix: "site/" });
  });

  it("shows the home page and pages in folders without a signature", async () => {
    assert.deepEqual(
      [(await get("/_site/")).body, (await get("/_site/coins/bitcoin.html")).body],
      ["<h1>Home</h1>", "<h1>bitcoin</h1>"],
    );
    assert.equal((await get("/_site")).headers.location, "/_site/");
  });

  it("gives pages an origin of their own, because they share the console's address", async () => {
    const { headers } = await get("/_site/");
    assert.match(
      String(headers["content-security-policy"]),
      /^sandbox allow-scripts allow-downloads allow-popups; /,
    );
    assert.match(String(headers["content-security-policy"]), /frame-ancestors 'none'$/);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["access-control-allow-origin"], undefined);
  });

  it("answers HEAD without a body", async () => {
    const { status, headers, body } = await get("/_site/", {}, "HEAD");
    assert.deepEqual([status, headers["content-length"], body], [200, "13", ""]);
  });

  for (const path of [
    "/_site/../csv/secret.csv",
    "/_site/..%2fcsv%2fsecret.csv",
    "/_site/%2e%2e/csv/secret.csv",
    "/_site//csv/secret.csv",
    "/_site/2/secret.html",
    "/_site/coins",
    "/_site/%00",
    "/_site/%ff",
    `/_site/${"a".repeat(2000)}`,
  ])
    it(`has nothing outside the folder: ${path.slice(0, 40)}`, async () => {
      const { status, body } = await get(path);
      assert.deepEqual([status, body], [404, "There is no such page.\n"]);
    });

  it("sends files of other types as downloads", async () => {
    assert.equal((await get("/_site/program.exe")).headers["content-type"], "application/octet-stream");
  });

  it("refuses other host names, other origins and other methods", async () => {
    assert.equal((await get("/_site/", { host: `evil.example:${cloud.port}` })).status, 403);
    assert.equal((await get("/_site/", { origin: "http://evil.example" })).status, 403);
    assert.equal((await get("/_site/", {}, "PUT")).status, 405);
    assert.equal((await get("/_site/", {}, "DELETE")).status, 405);
  });

  it("does not serve a bucket's host name", async () => {
    const { status } = await get("/_site/", { host: `lake.localhost:${cloud.port}` });
    assert.equal(status, 403);
  });
});
