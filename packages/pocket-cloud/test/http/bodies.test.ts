import { strict as assert } from "node:assert";
import { connect } from "node:net";
import { startDigest } from "../../checksum";
import { memoryS3, openDoor, sign, signedSend } from "./door";

describe("HTTP: object uploads", () => {
  const s3 = memoryS3();
  let door: Awaited<ReturnType<typeof openDoor>>;
  before(async () => {
    door = await openDoor([s3.service], { idleMs: 300, maxBytes: 2000, maxObjectBytes: 5000 });
  });
  after(async () => door.close());

  describe("object keys", () => {
    const keys: Readonly<Record<string, string>> = {
      "/bucket/../../etc/passwd": "../../etc/passwd",
      "/bucket/%2e%2e%2f%2e%2e%2fetc": "../../etc",
      "/bucket/a//b/": "a//b/",
      "/bucket/./x": "./x",
      "/bucket/a%00b": "a\0b",
      "/bucket/a%5Cb": "a\\b",
      "/bucket/a+b%2Bc%20d": "a+b+c d",
      "/bucket/%C3%BC": "ü",
    };
    for (const [target, key] of Object.entries(keys))
      it(`are read from ${target} without normalisation`, async () => {
        assert.equal((await signedSend(door, "s3", { method: "PUT", target, body: "x" })).status, 200);
        assert.equal(s3.objects.get(`bucket/${key}`), "x");
        s3.objects.clear();
      });

    it("are the whole path in virtual-host style", async () => {
      const headers = { host: `bucket.localhost:${door.port}` };
      await signedSend(door, "s3", { method: "PUT", target: "/a/b", headers, body: "x" });
      assert.deepEqual([...s3.objects.keys()], ["bucket/a/b"]);
      s3.objects.clear();
    });

    it("are not read when the query has an unknown sub-resource", async () => {
      const answer = await signedSend(door, "s3", {
        method: "PUT",
        target: "/bucket/key?intelligent-tiering",
        body: "x",
      });
      assert.equal(answer.status, 405);
      assert.equal(s3.objects.size, 0);
    });
  });

  describe("bodies", () => {
    const put = (headers: Record<string, string>, body: string) =>
      signedSend(door, "s3", { method: "PUT", target: "/bucket/key", headers, body });
    afterEach(() => s3.objects.clear());

    const wrong: readonly [what: string, code: string, headers: Record<string, string>][] = [
      ["SHA-256", "XAmzContentSHA256Mismatch", { "x-amz-content-sha256": "0".repeat(64) }],
      ["CRC-32", "BadDigest", { "x-amz-checksum-crc32": "AAAAAA==" }],
      ["CRC-32C", "BadDigest", { "x-amz-checksum-crc32c": "AAAAAA==" }],
      ["CRC-64/NVME", "BadDigest", { "x-amz-checksum-crc64nvme": "AAAAAAAAAAA=" }],
      ["SHA-1", "BadDigest", { "x-amz-checksum-sha1": "AAAAAAAAAAAAAAAAAAAAAAAAAAA=" }],
      ["SHA-1 of another length", "InvalidRequest", { "x-amz-checksum-sha1": "AAAA" }],
      ["MD5", "BadDigest", { "content-md5": "AAAAAAAAAAAAAAAAAAAAAA==" }],
    ];
    for (const [what, code, headers] of wrong)
      it(`with a wrong ${what} store nothing`, async () => {
        const answer = await put(headers, "hello");
        assert.equal(answer.status, 400);
        assert.match(answer.text, new RegExp(`<Code>${code}</Code>`));
        assert.equal(s3.objects.size, 0);
      });

    for (const [name, value] of [
      ["x-amz-checksum-crc32", "NhCmhg=="],
      ["x-amz-checksum-crc32c", "mnG7TA=="],
      ["x-amz-checksum-sha1", "qvTGHdzF6KLavt4PO0gs2a6pQ00="],
    ] as const)
      it(`with a right ${name} arrive`, async () => {
        const headers = { [name]: value, "content-md5": "XUFAKrxLKna5cZ2REBfFkg==" };
        assert.equal((await put(headers, "hello")).status, 200);
        assert.equal(s3.objects.get("bucket/key"), "hello");
      });

    const trailer = (sum: string) => `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${sum}\r\n\r\n`;
    const chunked = {
      "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "x-amz-decoded-content-length": "5",
      "x-amz-trailer": "x-amz-checksum-crc32",
      "content-encoding": "aws-chunked",
    };

    it("in aws-chunked coding are decoded", async () => {
      assert.equal((await put(chunked, trailer("NhCmhg=="))).status, 200);
      assert.equal(s3.objects.get("bucket/key"), "hello");
    });

    for (const [what, body] of [
      ["a wrong trailer", trailer("AAAAAA==")],
      ["a cut end", trailer("NhCmhg==").slice(0, 20)],
      ["no framing", "hello"],
    ] as const)
      it(`in aws-chunked coding with ${what} store nothing`, async () => {
        const answer = await put(chunked, body);
        assert.ok(answer.status === 400 || answer.status === 403, answer.text);
        assert.equal(s3.objects.size, 0);
      });

    it("above the buffer size stream, and commit only when their end is valid", async () => {
      const memory = memoryS3();
      const wide = await openDoor([memory.service]);
      const data = "x".repeat(1_500_000);
      const sum = startDigest("crc32");
      sum.update(Buffer.from(data));
      const upload = (Key: string, crc: string) =>
        signedSend(wide, "s3", {
          method: "PUT",
          target: `/bucket/${Key}`,
          headers: { ...chunked, "x-amz-decoded-content-length": String(data.length) },
          body: `${data.length.toString(16)}\r\n${data}\r\n0\r\nx-amz-checksum-crc32:${crc}\r\n\r\n`,
        });
      assert.match((await upload("wrong", "AAAAAA==")).text, /<Code>BadDigest<\/Code>/);
      assert.equal((await upload("right", sum.digest().toString("base64"))).status, 200);
      assert.deepEqual([...memory.objects.keys()], ["bucket/right"]);
      assert.equal(memory.objects.get("bucket/right"), data);
      await wide.close();
    });

    it("that are too large are refused", async () => {
      assert.match((await put({}, "x".repeat(5001))).text, /<Code>EntityTooLarge<\/Code>/);
      const headers = { "x-amz-target": "Kinesis_20131202.ListStreams" };
      const body = `{"Pad":"${"x".repeat(2000)}"}`;
      assert.equal(
        (await signedSend(door, "kinesis", { method: "POST", target: "/", headers, body })).status,
        413,
      );
      assert.equal(s3.objects.size, 0);
    });

    it("of unknown length are refused for objects", async () => {
      const headers = { "transfer-encoding": "chunked", "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
      assert.equal((await put(headers, "hello")).status, 411);
    });

    it("that stall are abandoned", async () => {
      const socket = connect(door.port, "127.0.0.1");
      const sent = { method: "PUT", target: "/bucket/slow", headers: { "content-length": "10" } };
      const headers = sign(door, "s3", {
        ...sent,
        headers: { ...sent.headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
      });
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`PUT /bucket/slow HTTP/1.1\r\n${lines.join("")}\r\nhel`);
      const received = Buffer.concat(await socket.toArray()).toString();
      assert.match(received, /^HTTP\/1.1 400 [\s\S]*<Code>RequestTimeout<\/Code>/);
      assert.equal(s3.objects.size, 0);
    });

    it("are requested (100 Continue) only after the signature is verified", async () => {
      const forger = { ...door, credentials: { ...door.credentials, secretAccessKey: "guess" } };
      const ask = (as: typeof door) =>
        new Promise<string>((resolve) => {
          const headers = sign(as, "s3", {
            method: "PUT",
            target: "/b/k",
            headers: { expect: "100-continue" },
            body: "x",
          });
          const socket = connect(door.port, "127.0.0.1");
          const lines = Object.entries({ ...headers, "content-length": "1" }).map(
            ([name, value]) => `${name}: ${value}\r\n`,
          );
          socket.once("data", (data: Buffer) => {
            resolve(data.toString().split("\r\n")[0] ?? "");
            socket.destroy();
          });
          socket.write(`PUT /b/k HTTP/1.1\r\n${lines.join("")}\r\n`);
        });
      assert.equal(await ask(door), "HTTP/1.1 100 Continue");
      assert.equal(await ask(forger), "HTTP/1.1 403 Forbidden");
    });
  });
});
