import { strict as assert } from "node:assert";
import { checkRules, type Rules } from "../rules";

const rules: Rules = {
  StreamName: { length: [1, 8], pattern: /[a-zA-Z0-9_.-]+/ },
  Limit: { range: [1, 10_000] },
  Mode: { oneOf: ["ON_DEMAND", "PROVISIONED"] },
  Records: { length: [1, 2], each: { Data: { length: [0, 4] } } },
  Tags: { each: { length: [1, 3] } },
};

const message = (input: object): string => {
  try {
    checkRules(input, rules);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
};

describe("checkRules", () => {
  it("accepts valid and absent members", () => {
    assert.equal(message({ StreamName: "prices", Limit: 1, Records: [{ Data: Buffer.from("four") }] }), "");
  });

  it("names value, member and constraint as AWS does", () => {
    assert.equal(
      message({ StreamName: "a b" }),
      "1 validation error detected: Value 'a b' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
    );
  });

  it("collects every failure in one message", () => {
    assert.equal(
      message({ StreamName: "", Limit: 10_001 }),
      "3 validation errors detected: Value '' at 'streamName' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
    );
  });

  it("checks lists of structures and of scalars, counting from one", () => {
    assert.equal(
      message({ Records: [{ Data: Buffer.from("four") }, { Data: Buffer.from("fives") }] }),
      "1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim=5 cap=5]' at 'records.2.member.data' failed to satisfy constraint: Member must have length less than or equal to 4",
    );
    assert.match(message({ Tags: ["a", "long"] }), /at 'tags\.2\.member' failed/);
  });

  it("shows only the length of bytes, and the beginning of a long text", () => {
    assert.match(
      message({ Records: [{ Data: Buffer.from("a") }, {}, {}] }),
      /Value '\[\{"Data":"java\.nio\.HeapByteBuffer\[pos=0 lim=1 cap=1\]"\},\{\},\{\}\]' at 'records' failed/,
    );
    assert.match(message({ StreamName: "x".repeat(10_000) }), /Value 'x{500}…' at 'streamName' failed/);
  });

  it("names the values an enumeration allows", () => {
    assert.match(
      message({ Mode: "BOTH" }),
      /Member must satisfy enum value set: \[ON_DEMAND, PROVISIONED\]$/,
    );
  });
});
