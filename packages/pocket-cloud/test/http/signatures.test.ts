import { strict as assert } from "node:assert";
import fc from "fast-check";
import { readRequest } from "../../http/request";
import {
  canonicalRequest,
  EMPTY_SHA256,
  hmacHex,
  scopeOf,
  sha256,
  signingKey,
} from "../../http/sigv4/canonical";
import { type ChunkSigning, decodeChunks } from "../../http/sigv4/chunks";
import { readSignature } from "../../http/sigv4/signature";
import { verifySignature } from "../../http/sigv4/verify";

/** The key and the signatures of the examples in AWS's documentation of signature version 4. */
const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const MAY_24_2013 = Date.UTC(2013, 4, 24);
const SCOPE = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";
const HOST = "examplebucket.s3.amazonaws.com";
const MINUTE = 60_000;

function getObject(change: { method?: string; target?: string; range?: string; signature?: string } = {}) {
  const { method = "GET", target = "/test.txt", range = "bytes=0-9" } = change;
  const { signature = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41" } = change;
  return readRequest({
    method,
    target,
    headers: {
      host: HOST,
      range,
      "x-amz-content-sha256": EMPTY_SHA256,
      "x-amz-date": "20130524T000000Z",
      authorization: `AWS4-HMAC-SHA256 Credential=${SCOPE},SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=${signature}`,
    },
  });
}

function presigned(expires = 86_400) {
  const query = [
    "X-Amz-Algorithm=AWS4-HMAC-SHA256",
    `X-Amz-Credential=${encodeURIComponent(SCOPE)}`,
    "X-Amz-Date=20130524T000000Z",
    `X-Amz-Expires=${expires}`,
    "X-Amz-SignedHeaders=host",
    "X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
  ];
  return readRequest({ method: "GET", target: `/test.txt?${query.join("&")}`, headers: { host: HOST } });
}

const verify = (request: ReturnType<typeof getObject>, hash: string, ...clocks: number[]) =>
  verifySignature(request, readSignature(request), SECRET, hash, clocks);

describe("SigV4", () => {
  it("accepts the documented example of a signed header", () => {
    verify(getObject(), EMPTY_SHA256, MAY_24_2013);
  });

  it("accepts a path with unescaped and escaped characters", () => {
    const headers = {
      host: HOST,
      date: "Fri, 24 May 2013 00:00:00 GMT",
      "x-amz-content-sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
      "x-amz-date": "20130524T000000Z",
      "x-amz-storage-class": "REDUCED_REDUNDANCY",
      authorization: `AWS4-HMAC-SHA256 Credential=${SCOPE},SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd`,
    };
    for (const target of ["/test%24file.text", "/test$file.text"])
      verify(readRequest({ method: "PUT", target, headers }), headers["x-amz-content-sha256"], MAY_24_2013);
  });

  const forgeries = {
    "another method": getObject({ method: "DELETE" }),
    "another path": getObject({ target: "/test.tx" }),
    "a query added": getObject({ target: "/test.txt?acl" }),
    "another signed header": getObject({ range: "bytes=0-10" }),
    "a signature of another length": getObject({ signature: "f0e8" }),
    "an empty looking signature": getObject({ signature: "0".repeat(64) }),
  };
  for (const [what, request] of Object.entries(forgeries))
    it(`refuses ${what}`, () => {
      assert.throws(() => verify(request, EMPTY_SHA256, MAY_24_2013), {
        name: "InvalidSignatureException",
        status: 403,
      });
    });

  it("reads the bytes of a header as UTF-8, which clients sign", () => {
    const request = readRequest({
      method: "PUT",
      target: "/k",
      headers: { host: HOST, "x-amz-meta-name": Buffer.from("Zürich", "utf8").toString("latin1") },
    });
    const signature = readSignature(getObject());
    assert.ok(signature);
    const canonical = canonicalRequest(
      request,
      { ...signature, signedHeaders: ["x-amz-meta-name"] },
      EMPTY_SHA256,
    );
    assert.match(canonical, /^x-amz-meta-name:Zürich$/m);
  });

  it("refuses another payload hash", () => {
    assert.throws(() => verify(getObject(), sha256("x"), MAY_24_2013), { name: "InvalidSignatureException" });
  });

  it("allows a quarter of an hour of clock skew, by either clock", () => {
    verify(getObject(), EMPTY_SHA256, MAY_24_2013 + 15 * MINUTE);
    verify(getObject(), EMPTY_SHA256, MAY_24_2013 - 15 * MINUTE);
    verify(getObject(), EMPTY_SHA256, 0, MAY_24_2013);
    for (const now of [MAY_24_2013 + 15 * MINUTE + 1, MAY_24_2013 - 15 * MINUTE - 1])
      assert.throws(() => verify(getObject(), EMPTY_SHA256, now, now), {
        name: "RequestTimeTooSkewed",
        status: 403,
      });
  });

  it("accepts the documented presigned URL until it expires", () => {
    verify(presigned(), "UNSIGNED-PAYLOAD", MAY_24_2013 + 86_400_000);
    assert.throws(() => verify(presigned(), "UNSIGNED-PAYLOAD", MAY_24_2013 + 86_400_001), {
      name: "AccessDeniedException",
      message: "Request has expired",
    });
  });

  it("refuses a presigned URL with a changed expiry", () => {
    assert.throws(() => verify(presigned(604_800), "UNSIGNED-PAYLOAD", MAY_24_2013), {
      name: "InvalidSignatureException",
    });
    assert.throws(() => verify(presigned(604_801), "UNSIGNED-PAYLOAD", MAY_24_2013), {
      name: "AuthorizationQueryParametersError",
    });
  });
});

const signature = readSignature(getObject());
const signing: ChunkSigning = {
  key: signingKey(SECRET, signature),
  timestamp: "20130524T000000Z",
  scope: scopeOf(signature),
  seed: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
};

/** The documented upload of 65 KB of "a" in chunks of 64. */
const documented = [
  "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n",
  `${"a".repeat(65_536)}\r\n`,
  "400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n",
  `${"a".repeat(1024)}\r\n`,
  "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n",
].join("");

interface Reading {
  readonly sealed?: boolean;
  readonly trailers?: readonly string[];
  readonly decodedLength?: number;
  /** Where the network cut the body. */
  readonly cuts?: readonly number[];
}

async function decode(
  text: string,
  { sealed = true, trailers = [], decodedLength = 66_560, cuts = [] }: Reading = {},
) {
  const whole = Buffer.from(text, "latin1");
  async function* source() {
    let from = 0;
    for (const cut of [...cuts, whole.length].sort((a, b) => a - b)) {
      if (cut > from) yield whole.subarray(from, cut);
      from = Math.max(from, cut);
    }
  }
  const found: Record<string, string> = {};
  const onTrailer = (name: string, value: string) => {
    found[name] = value;
  };
  const options = { trailers, decodedLength, onTrailer, ...(sealed && { signing }) };
  const chunks: Buffer[] = [];
  for await (const chunk of decodeChunks(source(), options)) chunks.push(chunk);
  return { data: Buffer.concat(chunks).toString("latin1"), found };
}

describe("aws-chunked", () => {
  it("decodes the documented signed upload", async () => {
    assert.equal((await decode(documented)).data, "a".repeat(66_560));
  });

  it("refuses a changed byte, a changed order and a dropped chunk", async () => {
    const [first = "", second = "", third = ""] = documented.split(/(?<=\r\n)(?=400;|0;chunk)/);
    for (const forged of [documented.replace("aa", "ab"), second + first + third, first + third])
      await assert.rejects(decode(forged), { name: /^(SignatureDoesNotMatch|IncompleteBody)$/ });
  });

  it("refuses chunks without the announced signatures", async () => {
    await assert.rejects(decode("5\r\nhello\r\n0\r\n\r\n", { decodedLength: 5 }), {
      name: "SignatureDoesNotMatch",
    });
  });

  const trailing = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
  const unsigned = { sealed: false, trailers: ["x-amz-checksum-crc32"], decodedLength: 5 };

  it("returns trailers", async () => {
    assert.deepEqual(await decode(trailing, unsigned), {
      data: "hello",
      found: { "x-amz-checksum-crc32": "NhCmhg==" },
    });
  });

  it("verifies signed trailers", async () => {
    const chunk = (previous: string, data: string) =>
      hmacHex(
        signing.key,
        [
          "AWS4-HMAC-SHA256-PAYLOAD",
          signing.timestamp,
          signing.scope,
          previous,
          EMPTY_SHA256,
          sha256(data),
        ].join("\n"),
      );
    const first = chunk(signing.seed, "hello");
    const last = chunk(first, "");
    const canonical = sha256("x-amz-checksum-crc32:NhCmhg==\n");
    const text = ["AWS4-HMAC-SHA256-TRAILER", signing.timestamp, signing.scope, last, canonical].join("\n");
    const body = (proof: string) =>
      `5;chunk-signature=${first}\r\nhello\r\n0;chunk-signature=${last}\r\n` +
      `x-amz-checksum-crc32:NhCmhg==\r\nx-amz-trailer-signature:${proof}\r\n\r\n`;
    const options = { ...unsigned, sealed: true };
    assert.equal((await decode(body(hmacHex(signing.key, text)), options)).data, "hello");
    await assert.rejects(decode(body("0".repeat(64)), options), { name: "SignatureDoesNotMatch" });
  });

  const malformed: Readonly<Record<string, string>> = {
    "a size that is no number": "x\r\nhello\r\n0\r\n\r\n",
    "a negative size": "-5\r\nhello\r\n0\r\n\r\n",
    "a chunk without its line break": "5\r\nhello0\r\n\r\n",
    "a body that ends in a chunk": "5\r\nhel",
    "a body without its last chunk": "5\r\nhello\r\n",
    "less than the announced length": "4\r\nhell\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n",
    "more than the announced length": "6\r\nhello!\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n",
    "a missing trailer": "5\r\nhello\r\n0\r\n\r\n",
    "a trailer nobody announced": "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\nx-evil:1\r\n\r\n",
    "an endless header": "5".repeat(10_000),
  };
  for (const [what, body] of Object.entries(malformed))
    it(`refuses ${what}`, async () => {
      await assert.rejects(decode(body, unsigned), { name: /^(InvalidChunkSizeError|IncompleteBody)$/ });
    });

  it("decodes a body split at any byte", async () => {
    const cuts = fc.array(fc.nat(trailing.length), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(cuts, async (at) => {
        assert.equal((await decode(trailing, { ...unsigned, cuts: at })).data, "hello");
      }),
    );
  });
});
