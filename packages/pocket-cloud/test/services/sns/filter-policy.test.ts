import { strict as assert } from "node:assert";
import { acceptsMessage } from "../../../services/sns/filter-policy";
import { filterPolicyError } from "../../../services/sns/filter-validation";

/** Message attributes of type Number and String. */
const attributes = (values: Readonly<Record<string, string | number>>) =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      { DataType: typeof value === "number" ? "Number" : "String", StringValue: String(value) },
    ]),
  );

describe("A filter policy", () => {
  const cases: readonly (readonly [
    policy: object,
    values: Record<string, string | number>,
    accepted: boolean,
  ])[] = [
    [{ kind: ["a", "b"] }, { kind: "b" }, true],
    [{ kind: ["a"] }, {}, false],
    [{ kind: ["a"], n: [1] }, { kind: "a", n: 1 }, true],
    [{ kind: ["a"], n: [1] }, { kind: "a", n: 2 }, false],
    [{ n: [{ numeric: [">", 1, "<=", 2] }] }, { n: 2 }, true],
    [{ n: [{ numeric: [">", 1, "<=", 2] }] }, { n: 1 }, false],
    [{ n: [{ numeric: ["=", 1] }] }, { n: "1" }, false],
    [{ kind: [{ suffix: "x" }] }, { kind: "abx" }, true],
    [{ kind: [{ "equals-ignore-case": "ABC" }] }, { kind: "abc" }, true],
    [{ kind: [{ "anything-but": ["a"] }] }, { kind: "b" }, true],
    [{ kind: [{ "anything-but": ["a"] }] }, {}, false],
    [{ kind: [{ "anything-but": { prefix: "a" } }] }, { kind: "abc" }, false],
    [{ kind: [{ exists: false }] }, {}, true],
    [{ kind: [{ exists: true }] }, { kind: "" }, true],
    [{ ip: [{ cidr: "10.0.0.0/24" }] }, { ip: "10.0.0.7" }, true],
    [{ ip: [{ cidr: "10.0.0.0/24" }] }, { ip: "10.0.1.7" }, false],
    [{ ip: [{ cidr: "10.0.0.0/24" }] }, { ip: "none" }, false],
    [{ $or: [{ a: ["1"] }, { b: ["1"] }] }, { b: "1" }, true],
    [{ $or: [{ a: ["1"] }, { b: ["1"] }] }, { c: "1" }, false],
  ];
  for (const [policy, values, accepted] of cases)
    it(`${JSON.stringify(policy)} ${accepted ? "accepts" : "rejects"} ${JSON.stringify(values)}`, () => {
      const FilterPolicy = JSON.stringify(policy);
      assert.equal(
        acceptsMessage({ FilterPolicy }, { attributes: attributes(values), body: "text" }),
        accepted,
      );
      assert.equal(filterPolicyError(FilterPolicy), undefined);
    });

  it("with scope MessageBody filters by the JSON body", () => {
    const policy = { FilterPolicy: '{"a":{"b":[1]}}', FilterPolicyScope: "MessageBody" };
    assert.equal(acceptsMessage(policy, { attributes: {}, body: '{"a":{"b":1}}' }), true);
    assert.equal(acceptsMessage(policy, { attributes: {}, body: '{"a":{"b":2}}' }), false);
    assert.equal(acceptsMessage(policy, { attributes: {}, body: "no JSON" }), false);
    assert.equal(filterPolicyError(policy.FilterPolicy, policy.FilterPolicyScope), undefined);
  });

  it("with scope MessageBody reads a dot in a key as nesting", () => {
    const policy = { FilterPolicy: '{"object.nested.test":["v"]}', FilterPolicyScope: "MessageBody" };
    const accepts = (body: object) => acceptsMessage(policy, { attributes: {}, body: JSON.stringify(body) });
    assert.equal(accepts({ object: { nested: { test: "v" } } }), true);
    assert.equal(accepts({ "object.nested.test": "v" }), true);
    assert.equal(accepts({ "object.nested": { test: "v" } }), true);
    assert.equal(accepts({ object: { "nested.test": "v" } }), true);
    assert.equal(accepts({ object: { nested: { test: "w" } } }), false);
  });

  it("counts the depth of its keys as combinations", () => {
    const values = (count: number) => Array.from({ length: count }, (_, at) => `v${at}`);
    const policy = {
      a: { b: { c: values(4) } },
      d: { e: values(3) },
      f: values(3),
    };
    assert.equal(
      filterPolicyError(JSON.stringify(policy), "MessageBody"),
      "FilterPolicy: Filter policy is too complex",
    );
    assert.equal(filterPolicyError(JSON.stringify({ ...policy, f: values(2) }), "MessageBody"), undefined);
  });

  it("has at most five keys, of which those inside others do not count", () => {
    const six = Object.fromEntries(["a", "b", "c", "d", "e", "f"].map((name) => [name, ["v"]]));
    assert.equal(
      filterPolicyError(JSON.stringify(six), "MessageBody"),
      "FilterPolicy: Filter policy can not have more than 5 keys",
    );
    assert.equal(filterPolicyError(JSON.stringify({ parent: six }), "MessageBody"), undefined);
  });

  it("is refused with the words of AWS's JSON parser", () => {
    const source = "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)";
    assert.equal(
      filterPolicyError("{invalidjson}"),
      `FilterPolicy: failed to parse JSON. Unexpected character ('i' (code 105)): was expecting double-quote to start field name\n at ${source}; line: 1, column: 2]`,
    );
    assert.equal(
      filterPolicyError("invalid"),
      `FilterPolicy: failed to parse JSON. Unrecognized token 'invalid': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at ${source}; line: 1, column: 8]`,
    );
    assert.equal(
      filterPolicyError('{"key": {"suffix": "value", "prefix": "value"}}', "MessageBody"),
      'FilterPolicy: "suffix" must be an object or an array\n at [Source: (String)"{"key":{"suffix":"value","prefix":"value"}}"; line: 1, column: 19]',
    );
  });

  it("with scope MessageBody enters arrays, and matches if one element does", () => {
    const policy = {
      FilterPolicy: '{"Records":{"s3":{"object":{"key":[{"prefix":"in/"}]},"size":[{"numeric":[">",1]}]}}}',
      FilterPolicyScope: "MessageBody",
    };
    const body = (...keys: [string, number][]) =>
      JSON.stringify({ Records: keys.map(([key, size]) => ({ s3: { object: { key }, size } })) });
    const accepts = (text: string) => acceptsMessage(policy, { attributes: {}, body: text });
    assert.equal(accepts(body(["out/a", 9], ["in/b", 2])), true);
    assert.equal(accepts(body(["out/a", 9], ["in/b", 1])), false);
    assert.equal(accepts(body()), false);
  });

  // The messages are those of AWS, recorded by localstack's test_sns_filter_policy, without the position in the text.
  const errors: Readonly<Record<string, string>> = {
    "{": "failed to parse JSON.",
    "[]": "failed to parse JSON.",
    '{"a":"b"}': '"a" must be an object or an array\n at [Source: (String)"{"a":"b"}"; line: 1, column: 7]',
    '{"a":{"suffix":"b"}}':
      '"suffix" must be an object or an array\n at [Source: (String)"{"a":{"suffix":"b"}}"; line: 1, column: 17]',
    '{"a":[]}': "Empty arrays are not allowed",
    '{"a":[["b"]]}': "Match value must be String, number, true, false, or null",
    '{"a":[{"wild":"b"}]}': "Unrecognized match type wild",
    '{"a":[{"constructor":"b"}]}': "Unrecognized match type constructor",
    '{"a":[{"prefix":"b","suffix":"c"}]}': "Only one key allowed in match expression",
    '{"a":[{"prefix":1}]}': "prefix match pattern must be a string",
    '{"a":[{"exists":"yes"}]}': "exists match pattern must be either true or false.",
    '{"a":[{"numeric":[]}]}': "Invalid member in numeric match: ]",
    '{"a":[{"numeric":["operator"]}]}': "Unrecognized numeric range operator: operator",
    '{"a":[{"numeric":[1,"<="]}]}': "Invalid member in numeric match: 1",
    '{"a":[{"numeric":["=","000"]}]}': "Value of equals must be numeric",
    '{"a":[{"numeric":[">="]}]}': "Value of >= must be numeric",
    '{"a":[{"numeric":["<",100,">",10]}]}': "Too many elements in numeric expression",
    '{"a":[{"numeric":[">=",1,">",2]}]}': "Bad numeric range operator: >",
    '{"a":[{"numeric":[">",3,"<",1]}]}': "Bottom must be less than top",
    '{"a":[{"numeric":[">",20,"<="]}]}': "Value of <= must be numeric",
    '{"a":[{"numeric":[">",20,30]}]}': "Bad value in numeric range: 30",
    '{"a":[{"numeric":[">",20,"<","30"]}]}': "Value of < must be numeric",
    '{"a":[{"numeric":[">",20,"<",30,"<",50]}]}': "Too many terms in numeric range expression",
    '{"a":[{"anything-but":{"exists":true}}]}': "Unsupported anything-but pattern: exists",
    '{"a":[{"cidr":"bad-filter"}]}': "Malformed CIDR, one '/' required",
    '{"a":[{"cidr":"bad-filter/64"}]}': "Nonstandard IP address: bad-filter",
    '{"a":[{"cidr":"10.0.0.0/x"}]}': "Malformed CIDR, mask bits must be an integer",
    '{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]}': "Filter policy can not have more than 5 keys",
    '{"a":[1,2,3,4,5,6,7,8,9,10,11,12,13],"b":[1,2,3,4,5,6,7,8,9,10,11,12]}': "Filter policy is too complex",
  };
  for (const [policy, error] of Object.entries(errors))
    it(`${policy} is refused: ${error}`, () =>
      assert.equal(filterPolicyError(policy), `FilterPolicy: ${error}`));

  it("for attributes is not nested", () =>
    assert.equal(
      filterPolicyError('{"a":{"b":[1]}}'),
      "Filter policy scope MessageAttributes does not support nested filter policy",
    ));
});
