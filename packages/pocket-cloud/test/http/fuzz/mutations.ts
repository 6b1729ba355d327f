import type { Random } from "./random";

export interface WireRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const LARGE = 100_000;

/** A text, written so often that it has about the given length. */
const often = (text: string, length = LARGE): string =>
  text.repeat(Math.max(1, Math.floor(length / text.length)));

const nested = (open: string, middle: string, close: string, depth = 20_000): string =>
  open.repeat(depth) + middle + close.repeat(depth);

/** Bodies that are small to send and may take a parser long. */
const bombs: readonly (() => string)[] = [
  () => `<${often("a")}`,
  () => often("<a"),
  () => often("<a>"),
  () => nested("<a>", "x", "</a>"),
  () => `<a ${often("b='' ")}>`,
  () => `<a ${often("b=")}`,
  () => `<!DOCTYPE a [${often('<!ENTITY b "bbbbbbbbbb">')}]><a>&b;</a>`,
  () => `<a>${often("&amp;")}</a>`,
  () => `<a>${often("&")}</a>`,
  () => `<a>${often("<![CDATA[")}`,
  () => often("<!--"),
  () => often("<?a "),
  () => nested("[", "", "]"),
  () => nested('{"a":', "1", "}"),
  () => nested('{"M":{"a":', '{"S":"x"}', "}}"),
  () => nested('{"L":[', '{"S":"x"}', "]}"),
  () => often("["),
  () => `"${often("\\")}`,
  () => `{"a":"${often("\\u0000")}"}`,
  () => `{"a":${often("9")}}`,
  () => `{"a":1e${often("9", 1000)}}`,
  () => `{${Array.from({ length: 5000 }, (_, i) => `"k${i}":1`).join(",")}}`,
  () => `Action=x&${Array.from({ length: 5000 }, (_, i) => `a.member.${i}.b=c`).join("&")}`,
  () => "Action=CreateTopic&Name=a&Attributes.entry.999999999.key=a&Tags.member.4294967295.Key=b",
  () => `Action=x&a.${often("b.")}=c`,
  () => often("%"),
  () => often("&"),
  () => often("="),
];

/** The beginnings of CBOR values that claim to be long, endless or nested. */
const cborBombs: readonly Buffer[] = [
  Buffer.from([0xbb, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
  Buffer.from([0x9b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]),
  Buffer.from([0x5b, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff]),
  Buffer.alloc(LARGE, 0x81),
  Buffer.alloc(LARGE, 0x9f),
  Buffer.alloc(LARGE, 0xbf),
  Buffer.alloc(LARGE, 0xc1),
  Buffer.concat([Buffer.from([0xbf]), Buffer.alloc(LARGE, 0x60)]),
];

const types = [
  "application/x-amz-json-1.0",
  "application/x-amz-json-1.1",
  "application/cbor",
  "application/xml",
  "application/x-www-form-urlencoded",
  "text/plain",
  "\u00e9",
  "",
];

const withBody = (request: WireRequest, body: Buffer): WireRequest => ({ ...request, body });

type Mutation = (request: WireRequest, random: Random) => WireRequest;

const mutations: readonly Mutation[] = [
  (request) => request,
  function changeBytes(request, random) {
    const body = Buffer.from(request.body);
    for (let left = 1 + random.below(8); left > 0 && body.length > 0; left--)
      body[random.below(body.length)] = random.below(256);
    return withBody(request, body);
  },
  function cutBody(request, random) {
    return withBody(request, request.body.subarray(0, random.below(request.body.length + 1)));
  },
  function repeatPart(request, random) {
    const from = random.below(request.body.length + 1);
    const part = request.body.subarray(from, from + 1 + random.below(40));
    const times = Math.floor(random.below(LARGE) / Math.max(1, part.length));
    const repeated = Array.from({ length: times }, () => part);
    return withBody(
      request,
      Buffer.concat([request.body.subarray(0, from), ...repeated, request.body.subarray(from)]),
    );
  },
  function nestValue(request, random) {
    const depth = 1 + random.below(3000);
    const text = request.body
      .toString("latin1")
      .replace(/:("[^"]*"|\d+)/, `:${"[".repeat(depth)}$1${"]".repeat(depth)}`);
    return withBody(request, Buffer.from(text, "latin1"));
  },
  (request, random) => withBody(request, Buffer.from(random.pick(bombs)(), "latin1")),
  function insertBomb(request, random) {
    const at = random.below(request.body.length + 1);
    const bomb = Buffer.from(random.pick(bombs)(), "latin1");
    return withBody(request, Buffer.concat([request.body.subarray(0, at), bomb, request.body.subarray(at)]));
  },
  (request, random) => withBody(request, random.pick(cborBombs)),
  (request, random) =>
    withBody(request, Buffer.from(Array.from({ length: random.below(200) }, () => random.below(256)))),
  (request, random) => ({ ...request, headers: { ...request.headers, "content-type": random.pick(types) } }),
  function changeHeader(request, random) {
    const name = random.pick(Object.keys(request.headers));
    const value = random.pick([
      "",
      "0",
      "-1",
      "9".repeat(400),
      "a,".repeat(2000),
      "%00",
      "../..",
      '"',
      "bytes=0-,".repeat(800),
    ]);
    return name === "host" ? request : { ...request, headers: { ...request.headers, [name]: value } };
  },
  function addHeader(request, random) {
    const name = random.pick([
      "range",
      "if-match",
      "x-amz-tagging",
      "x-amz-copy-source",
      "content-md5",
      "x-amz-checksum-crc32",
      "content-encoding",
      "x-amz-meta-a",
      "x-amz-decoded-content-length",
    ]);
    return {
      ...request,
      headers: {
        ...request.headers,
        [name]: random.pick([
          "",
          "bytes=-",
          "a=".repeat(3000),
          "%".repeat(3000),
          "/thing/../thing",
          "gzip",
          "9".repeat(30),
        ]),
      },
    };
  },
  function changeTarget(request, random) {
    const piece = random.pick([
      "%00",
      "%ff",
      "%",
      "..%2f",
      "//",
      "?policy",
      "&versionId=",
      "&max-keys=-1",
      "&partNumber=99999999999",
      "/a".repeat(2000),
      `?${"a&".repeat(3000)}`,
      "%2e%2e/",
      "\\",
    ]);
    const at = 1 + random.below(request.target.length);
    return { ...request, target: request.target.slice(0, at) + piece + request.target.slice(at) };
  },
  (request, random) => ({
    ...request,
    method: random.pick(["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH"]),
  }),
];

/** Up to three changes of a request. */
export function mutate(request: WireRequest, random: Random): WireRequest {
  let changed = request;
  for (let left = 1 + random.below(3); left > 0; left--) changed = random.pick(mutations)(changed, random);
  return changed;
}
