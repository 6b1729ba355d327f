import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { runInNewContext } from "node:vm";
import { type EdgeSettings, edgeCode, isRange } from "../../../infra/site/edge-code";

interface EdgeRequest {
  readonly uri: string;
  readonly headers: Readonly<Record<string, { readonly value: string }>>;
}
type Handler = (event: { viewer: { ip: string }; request: EdgeRequest }) => {
  statusCode?: number;
  uri?: string;
};

/** What CloudFront's runtime offers: its modules and Buffer. */
function handlerOf(settings: EdgeSettings): Handler {
  const context = { require: createRequire(__filename), Buffer };
  return runInNewContext(`${edgeCode(settings)}\nhandler`, context) as Handler;
}

const salt = "00112233445566778899aabbccddeeff";
const hashOf = (password: string): string =>
  `${salt}:${createHash("sha256").update(`${salt}:${password}`).digest("hex")}`;
const basic = (text: string) => ({
  authorization: { value: `Basic ${Buffer.from(text).toString("base64")}` },
});

const answer = (settings: EdgeSettings, ip: string, headers: EdgeRequest["headers"] = {}) => {
  const { statusCode, uri } = handlerOf(settings)({ viewer: { ip }, request: { uri: "/a.html", headers } });
  return statusCode ?? uri;
};

describe("The guard of a private site", () => {
  const password = { passwordHash: hashOf("a:long pässword"), allowedIps: [] };

  it("admits the password with any user's name", () => {
    assert.equal(answer(password, "192.0.2.1", basic("anna:a:long pässword")), "/a.html");
    assert.equal(answer(password, "192.0.2.1", basic(":a:long pässword")), "/a.html");
  });

  it("asks everybody else for the password", () => {
    for (const headers of [
      {},
      basic("anna:another"),
      basic("anna:"),
      basic(""),
      { authorization: { value: "Bearer x" } },
    ])
      assert.equal(answer(password, "192.0.2.1", headers), 401);
  });

  const networks = {
    passwordHash: undefined,
    allowedIps: ["203.0.113.0/24", "198.51.100.7", "10.0.0.0/9", "2001:db8:1::/48", "2001:db8::5"],
  };
  const addresses: readonly (readonly [string, number | string])[] = [
    ["203.0.113.255", "/a.html"],
    ["203.0.114.0", 403],
    ["198.51.100.7", "/a.html"],
    ["198.51.100.8", 403],
    ["10.127.255.255", "/a.html"],
    ["10.128.0.0", 403],
    ["2001:db8:1:ffff::1", "/a.html"],
    ["2001:db8:2::1", 403],
    ["2001:0db8:0:0:0:0:0:5", "/a.html"],
    ["2001:db8::6", 403],
    ["::", 403],
  ];
  for (const [ip, expected] of addresses)
    it(`with a list of networks answers ${ip} with ${expected}`, () =>
      assert.equal(answer(networks, ip), expected));

  it("asks for both where both are set", () => {
    const both = { passwordHash: hashOf("secret"), allowedIps: ["192.0.2.0/24"] };
    assert.equal(answer(both, "192.0.2.1", basic("x:secret")), "/a.html");
    assert.equal(answer(both, "192.0.2.1"), 401);
    assert.equal(answer(both, "198.51.100.1", basic("x:secret")), 403);
  });

  it("is small enough for CloudFront, which takes 10 KB", () => {
    const allowedIps = Array.from({ length: 50 }, (_, at) => `2001:db8:${at}::/48`);
    assert.ok(Buffer.byteLength(edgeCode({ passwordHash: hashOf("x"), allowedIps })) < 10_240);
  });

  it("takes addresses and ranges only", () => {
    const texts = [
      "1.2.3.4",
      "1.2.3.0/24",
      "::1",
      "2001:db8::/32",
      "1.2.3",
      "1.2.3.4/33",
      "1.2.3.4/0",
      "a/24",
      "::1/129",
    ];
    assert.deepEqual(texts.map(isRange), [true, true, true, true, false, false, false, false, false]);
  });
});
