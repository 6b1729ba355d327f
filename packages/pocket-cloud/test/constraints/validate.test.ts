import { strict as assert } from "node:assert";
import type { ServiceConstraints } from "../../constraints/model";
import { messageOf, Validators } from "../../constraints/validate";

const constraints: ServiceConstraints = {
  source: "test",
  operations: { Put: "PutInput" },
  shapes: {
    PutInput: {
      required: ["Name", "Records"],
      members: {
        Name: "Name",
        Records: "Records",
        Limit: "Limit",
        Mode: "Mode",
        Keys: "Keys",
        Tags: "Tags",
        Secret: "Secret",
        Attributes: "Attributes",
      },
    },
    Name: { min: 1, max: 8, pattern: "[a-zA-Z0-9_.-]+" },
    Records: { min: 1, max: 2, entry: "Record" },
    Record: { required: ["Data"], members: { Data: "Data" } },
    Data: { max: 4 },
    Limit: { from: 1, to: 10_000 },
    Mode: { enum: ["ON_DEMAND", "PROVISIONED"] },
    Keys: { entry: "Key" },
    Key: { min: 1, max: 3, pattern: "[a-z]*" },
    Tags: { key: "Key", value: "Value" },
    Value: { max: 2, notNull: true },
    Secret: { max: 2, sensitive: true },
    Attributes: { value: "Attribute" },
    Attribute: { required: ["Type"], members: { Inner: "Attributes" } },
  },
};
const validator = new Validators(constraints).of("Put");

const valid = { Name: "prices", Records: [{ Data: Buffer.from("four") }] };
const message = (input: object): string => {
  const failures = validator?.({ ...valid, ...input }) ?? [];
  return failures.length === 0 ? "" : messageOf(failures);
};

describe("Validators", () => {
  it("accepts valid and absent members", () => {
    assert.equal(message({ Limit: 1, Mode: "ON_DEMAND", Keys: ["a"], Tags: { a: "b" } }), "");
  });

  it("has none for an operation without constraints", () => {
    assert.equal(new Validators(constraints).of("List"), undefined);
  });

  it("names value, member and constraint as AWS does", () => {
    assert.equal(
      message({ Name: "a b" }),
      "1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
    );
  });

  it("collects every failure in one message, patterns first", () => {
    assert.equal(
      message({ Name: "", Records: undefined, Limit: 10_001 }),
      "4 validation errors detected: Value '' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1; Value null at 'records' failed to satisfy constraint: Member must not be null; Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
    );
  });

  it("reports at most ten failures", () => {
    const Attributes = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`a${index}`, {}]));
    assert.match(message({ Attributes }), /^10 validation errors detected: /);
  });

  it("checks structures in lists and maps, counting from one", () => {
    assert.equal(
      message({ Records: [{ Data: Buffer.from("four") }, { Data: Buffer.from("fives") }] }),
      "1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim=5 cap=5]' at 'records.2.member.data' failed to satisfy constraint: Member must have length less than or equal to 4",
    );
    assert.equal(
      message({ Attributes: { a: { Type: "S", Inner: { b: {} } } } }),
      "1 validation error detected: Value null at 'attributes.a.member.inner.b.member.type' failed to satisfy constraint: Member must not be null",
    );
  });

  it("reports a list of scalars once, with all constraints on its entries", () => {
    assert.equal(
      message({ Keys: ["a", "long"] }),
      "1 validation error detected: Value '[a, long]' at 'keys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 3, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [a-z]*]",
    );
  });

  it("reports the keys and the values of a map", () => {
    assert.equal(
      message({ Tags: { long: "a" } }),
      "1 validation error detected: Value '{long=a}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 3, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [a-z]*]",
    );
    assert.match(
      message({ Tags: { a: "long" } }),
      /at 'tags' failed to satisfy constraint: Map value must satisfy constraint: \[Member must have length less than or equal to 2, Member must not be null\]$/,
    );
  });

  it("names the values that an enumeration allows", () => {
    assert.match(
      message({ Mode: "BOTH" }),
      /Value 'BOTH' at 'mode' .* Member must satisfy enum value set: \[ON_DEMAND, PROVISIONED\]$/,
    );
  });

  it("does not show sensitive values, nor more than the beginning of a long text", () => {
    assert.match(message({ Secret: "abc" }), /: Value at 'secret' failed/);
    assert.match(message({ Name: "x".repeat(20_000) }), /Value 'x{8192}…' at 'name' failed/);
  });
});
