import { strict as assert } from "node:assert";
import { filterPattern } from "../../../services/logs/patterns";

/** The examples follow "Filter pattern syntax", CloudWatch Logs user guide. */
const trail = JSON.stringify({
  eventType: "UpdateTrail",
  sourceIPAddress: "111.111.111.111",
  arrayKey: ["value", "another value"],
  objectList: [
    { name: "a", id: 1 },
    { name: "b", id: 2 },
  ],
  SomeObject: null,
  ThisFlag: true,
  latency: 120.5,
  status: "200",
  "odd key": 1,
});
const line = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';

const matching: readonly (readonly [pattern: string, message: string])[] = [
  ['{ $.eventType = "UpdateTrail" }', trail],
  ["{ $.eventType = UpdateTrail }", trail],
  ['{ $.eventType = "Update*" }', trail],
  ['{ $.eventType = "*Trail" }', trail],
  ["{ $.sourceIPAddress != 123.123.* }", trail],
  ["{ $.sourceIPAddress = 111.111.* }", trail],
  ['{ $.arrayKey[0] = "value" }', trail],
  ['{ $.arrayKey[*] = "another value" }', trail],
  ["{ $.objectList[1].id = 2 }", trail],
  ["{ $.eventType = %Trail% }", trail],
  ["{ $.eventType != %^Delete% }", trail],
  ["{ $.latency > 120 }", trail],
  ["{ $.latency >= 1.205e2 && $.latency <= 120.5 }", trail],
  ["{ $.latency = 120.5 }", trail],
  ['{ $.status = "200" }', trail],
  ["{ $.status = 200 }", trail],
  ["{ $.SomeObject IS NULL }", trail],
  ["{ $.Absent NOT EXISTS }", trail],
  ["{ $.ThisFlag IS TRUE }", trail],
  ["{ $['odd key'] = 1 }", trail],
  ['{ ($.latency > 500 || $.eventType = "UpdateTrail") && $.ThisFlag IS TRUE }', trail],
  ['{ $.latency > 500 || $.eventType = "UpdateTrail" }', trail],
  ["[ip, env, user, timestamp, request, status_code, bytes]", line],
  ["[ip, env, user, timestamp, request, status_code = 4*, bytes > 1000]", line],
  ["[ip, env, user, timestamp, request = *.html*, status_code = 404 || status_code = 410, bytes]", line],
  ["[..., status_code = 4* && status_code != 405, bytes]", line],
  ["[ip = %127\\.0\\.0\\.[1-9]%, ...]", line],
  ["[ip, ..., bytes]", line],
  ['[w1 = ERROR, w2 = "*disk*"]', 'ERROR "the disk is full"'],
  ["%\\d{3} \\d+%", line],
  ['"/index.html" -POST', line],
  ["?ERROR ?Prod", line],
];
const others: readonly (readonly [pattern: string, message: string])[] = [
  ['{ $.eventType = "updatetrail" }', trail],
  ['{ $.eventType = "Update" }', trail],
  ["{ $.latency > 121 }", trail],
  ["{ $.latency > 500 && $.ThisFlag IS TRUE }", trail],
  ["{ $.SomeObject NOT EXISTS }", trail],
  ["{ $.Absent IS NULL }", trail],
  ['{ $.Absent != "x" }', trail],
  ["{ $.ThisFlag IS FALSE }", trail],
  ['{ $.latency = "120.5x" }', trail],
  ["{ $.level = ERROR }", "ERROR: no JSON"],
  ["{ $.level = ERROR }", '{"level":"ERROR"'],
  ["[ip, user]", line],
  ["[ip, env, user, timestamp, request, status_code = 5*, bytes]", line],
  ["[..., bytes < 1000]", line],
  ["%^frank%", line],
];
const invalid = [
  "{ $.a = }",
  "{ $.a ",
  "{ a = 1 }",
  "{ $.a > text }",
  "{ $.a = %(b)% }",
  "{ $.a = %b% && $.c = %d% && $.e = %f% }",
  "%something!%",
  "[ip, ..., x, ...]",
  "[ip",
  "a(b",
];

describe("Filter patterns of CloudWatch Logs", () => {
  for (const [pattern, message] of matching)
    it(`${pattern} matches ${message.slice(0, 20)}…`, () =>
      assert.ok(filterPattern(pattern).matches(message)));
  for (const [pattern, message] of others)
    it(`${pattern} does not match ${message.slice(0, 20)}…`, () =>
      assert.ok(!filterPattern(pattern).matches(message)));
  for (const pattern of invalid)
    it(`${pattern} is refused`, () =>
      assert.throws(() => filterPattern(pattern), { code: "InvalidParameterException" }));

  it("select values for metrics", () => {
    assert.equal(filterPattern("{ $.latency > 1 }").select(trail, "$.latency"), 120.5);
    assert.equal(filterPattern("[ip, ..., status, bytes]").select(line, "$bytes"), "1534");
  });
});
