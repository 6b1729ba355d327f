import { strict as assert } from "node:assert";
import { createHmac } from "node:crypto";
import { readRequest } from "../../../http/request";
import { canonicalRequest, hmacHex, scopeOf, sha256, signingKey } from "../../../http/sigv4/canonical";
import { readSignature } from "../../../http/sigv4/signature";
import { type Lab, lab } from "./cloud";

/** What AWS answered to LocalStack's tests of presigned URLs, in test_s3.snapshot.json. */
describe("Presigned S3 URLs", () => {
  const Bucket = "presigned";
  let at: Lab;
  beforeEach(async () => {
    at = await lab();
    await at.s3.createBucket({ Bucket });
  });
  afterEach(async () => at.end());

  const answerOf = async (url: string | URL, init: RequestInit = {}) => {
    const response = await fetch(url, init);
    const text = await response.text();
    const of = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
    return { status: response.status, of, headers: response.headers };
  };
  /** A URL of signature version 4. */
  const signed = (method = "GET", query: Readonly<Record<string, string>> = {}, path = "/k") => {
    const { accessKeyId, secretAccessKey } = at.cloud.credentials;
    const timestamp = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
    const url = new URL(`${at.cloud.endpoint}/${Bucket}${path}`);
    const all = {
      ...query,
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Credential": `${accessKeyId}/${timestamp.slice(0, 8)}/us-east-1/s3/aws4_request`,
      "X-Amz-Date": timestamp,
      "X-Amz-Expires": "60",
      "X-Amz-SignedHeaders": "host",
      "X-Amz-Signature": "none",
    };
    for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
    const request = readRequest({ method, target: url.pathname + url.search, headers: { host: url.host } });
    const signature = readSignature(request);
    const canonical = sha256(canonicalRequest(request, signature, "UNSIGNED-PAYLOAD"));
    const text = ["AWS4-HMAC-SHA256", timestamp, scopeOf(signature), canonical].join("\n");
    url.searchParams.set("X-Amz-Signature", hmacHex(signingKey(secretAccessKey, signature), text));
    return url;
  };

  /** A URL of signature version 2, whose x-amz- parameters are signed as headers. */
  const legacy = (method: string, query: Readonly<Record<string, string>> = {}) => {
    const { accessKeyId, secretAccessKey } = at.cloud.credentials;
    const expires = Math.floor(Date.now() / 1000) + 60;
    const amz = Object.entries(query).filter(([name]) => name.startsWith("x-amz-"));
    const other = Object.entries(query).filter(([name]) => !name.startsWith("x-amz-"));
    const headers = amz.map(([name, value]) => `${name}:${value}\n`).join("");
    const resource = `/${Bucket}/k${other.map(([name, value]) => `?${name}=${value}`).join("")}`;
    const text = `${method}\n\n\n${expires}\n${headers}${resource}`;
    const url = new URL(`${at.cloud.endpoint}/${Bucket}/k`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    url.searchParams.set("AWSAccessKeyId", accessKeyId);
    url.searchParams.set("Expires", String(expires));
    url.searchParams.set("Signature", createHmac("sha1", secretAccessKey).update(text).digest("base64"));
    return url;
  };

  it("of version 4 are refused without one of their parameters", async () => {
    const url = signed();
    url.searchParams.delete("X-Amz-Date");
    const { status, of } = await answerOf(url);
    assert.deepEqual(
      [status, of("Code"), of("Message")],
      [
        400,
        "AuthorizationQueryParametersError",
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
      ],
    );
  });

  it("are refused with a credential that is encoded twice", async () => {
    const url = signed();
    const credential = url.searchParams.get("X-Amz-Credential") ?? "";
    url.searchParams.set("X-Amz-Credential", encodeURIComponent(credential));
    const { status, of } = await answerOf(url);
    assert.deepEqual(
      [
        status,
        of("Code"),
        of("Message")?.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">"),
      ],
      [
        400,
        "AuthorizationQueryParametersError",
        'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
      ],
    );
  });

  it("of version 2 are refused without one of their parameters", async () => {
    const url = legacy("GET");
    url.searchParams.delete("Expires");
    const { status, of } = await answerOf(url);
    assert.deepEqual(
      [status, of("Code"), of("Message")],
      [
        403,
        "AccessDenied",
        "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
      ],
    );
  });

  it("have metadata in their query, as text in UTF-8", async () => {
    const url = legacy("PUT", { "x-amz-meta-foo": "non-ascii-%E2%80%94_—_é_" });
    assert.equal((await answerOf(url, { method: "PUT" })).status, 200);
    assert.deepEqual((await at.s3.headObject({ Bucket, Key: "k" })).Metadata, {
      foo: "=?UTF-8?Q?non-ascii-%E2%80%94=5F=E2=80=94=5F=C3=A9=5F?=",
    });
  });

  it("set headers of answers in Latin-1 only", async () => {
    await at.s3.putObject({ Bucket, Key: "k", Body: "x" });
    const { status, of } = await answerOf(legacy("GET", { "response-content-type": "text/é" }));
    assert.deepEqual([status, of("Code")], [200, undefined]);
    const url = signed("GET", { "response-cache-control": "non-ascii-—_é" });
    const refused = await answerOf(url);
    assert.deepEqual(
      [refused.status, refused.of("Code"), refused.of("Message"), refused.of("ArgumentName")],
      [
        400,
        "InvalidArgument",
        "Header value cannot be represented using ISO-8859-1.",
        "response-cache-control",
      ],
    );
  });

  it("do not sign the header of the payload's digest", async () => {
    const url = signed("PUT");
    const headers = { "x-amz-content-sha256": "UNSIGNED-PAYLOAD", "x-amz-meta-wrong": "wrong" };
    const { status, of } = await answerOf(url, { method: "PUT", body: "x", headers });
    assert.deepEqual([status, of("Code"), of("HeadersNotSigned")], [403, "AccessDenied", "x-amz-meta-wrong"]);
  });

  it("of listings are answered with the bucket's region", async () => {
    const url = signed("GET", { "list-type": "2" }, "");
    assert.equal((await answerOf(url)).headers.get("x-amz-bucket-region"), "us-east-1");
  });

  it("read no object with a header of encryption", async () => {
    await at.s3.putObject({ Bucket, Key: "k", Body: "x" });
    at.s3.middlewareStack.add(
      (next) => (args) => {
        const { headers } = args.request as { headers: Record<string, string> };
        headers["x-amz-server-side-encryption"] = "AES256";
        return next(args);
      },
      { step: "build" },
    );
    await assert.rejects(at.s3.getObject({ Bucket, Key: "k" }), {
      name: "InvalidArgument",
      message: "x-amz-server-side-encryption header is not supported for this operation.",
    });
  });
});
