import { strict as assert } from "node:assert";
import { SSM } from "@aws-sdk/client-ssm";
import { type Lab, lab } from "../lambda/lab";

describe("SSM parameters", () => {
  let at: Lab;
  let ssm: SSM;
  beforeEach(async () => {
    at = await lab();
    ssm = new SSM({ ...at.client, maxAttempts: 1 });
    await ssm.putParameter({ Name: "/lake/a", Value: "1", Type: "String" });
    await ssm.putParameter({ Name: "/lake/b", Value: "x,y", Type: "StringList" });
  });
  afterEach(async () => {
    ssm.destroy();
    await at.end();
  });

  it("are refused under reserved names", async () => {
    const put = (Name: string) => ssm.putParameter({ Name, Value: "1", Type: "String" });
    await assert.rejects(put("/aws/x"), {
      name: "AccessDeniedException",
      message: "No access to reserved parameter name: /aws/x.",
    });
    await assert.rejects(put("/SSM-x"), {
      name: "ValidationException",
      message: /^Parameter name: can't be prefixed with "ssm"/,
    });
  });

  it("have a history", async () => {
    await ssm.putParameter({ Name: "/lake/a", Value: "2", Type: "String", Overwrite: true });
    const { Parameters = [] } = await ssm.getParameterHistory({ Name: "/lake/a" });
    assert.deepEqual(
      Parameters.map(({ Value, Version }) => [Version, Value]),
      [
        [1, "1"],
        [2, "2"],
      ],
    );
    await assert.rejects(ssm.getParameterHistory({ Name: "/none" }), { name: "ParameterNotFound" });
  });

  it("are described without values", async () => {
    const { Parameters = [] } = await ssm.describeParameters({});
    assert.deepEqual(
      Parameters.map(({ Name, Type }) => [Name, Type]),
      [
        ["/lake/a", "String"],
        ["/lake/b", "StringList"],
      ],
    );
    assert.equal("Value" in (Parameters[0] ?? {}), false);
  });

  it("have tags", async () => {
    const resource = { ResourceType: "Parameter", ResourceId: "/lake/a" } as const;
    await ssm.addTagsToResource({ ...resource, Tags: [{ Key: "k", Value: "v" }] });
    assert.deepEqual((await ssm.listTagsForResource(resource)).TagList, [{ Key: "k", Value: "v" }]);
    await ssm.removeTagsFromResource({ ...resource, TagKeys: ["k"] });
    assert.deepEqual((await ssm.listTagsForResource(resource)).TagList, []);
  });

  it("are deleted singly and in batches", async () => {
    await ssm.deleteParameter({ Name: "/lake/a" });
    await assert.rejects(ssm.deleteParameter({ Name: "/lake/a" }), { name: "ParameterNotFound" });
    assert.deepEqual(
      (({ DeletedParameters, InvalidParameters }) => ({ DeletedParameters, InvalidParameters }))(
        await ssm.deleteParameters({ Names: ["/lake/a", "/lake/b"] }),
      ),
      { DeletedParameters: ["/lake/b"], InvalidParameters: ["/lake/a"] },
    );
  });
});
