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

  describe("filters that are refused", () => {
    const PATH = /^The parameter doesn't meet the parameter name requirements/;
    for (const [filters, name, message] of [
      [[{ Key: "Label" }], "InvalidFilterKey", /^The following filter key is not valid: Label\. /],
      [
        [{ Key: "Name" }],
        "InvalidFilterValue",
        "The following filter values are missing : null for filter key Name",
      ],
      [
        [
          { Key: "Name", Values: ["a"] },
          { Key: "Name", Values: ["b"] },
        ],
        "InvalidFilterKey",
        "The following filter is duplicated in the request: Name. A request can contain only one occurrence of a specific filter.",
      ],
      [
        [{ Key: "Path", Values: ["/aws", "/ssm"] }],
        "ValidationException",
        /^Filters for common parameters can't be prefixed with "aws" or "ssm"/,
      ],
      [
        [{ Key: "Path", Option: "Equals", Values: ["/lake"] }],
        "InvalidFilterOption",
        "The following filter option is not valid: Equals. Valid options include: [Recursive, OneLevel]",
      ],
      [
        [{ Key: "Tier", Values: ["test"] }],
        "InvalidFilterValue",
        "The following filter value is not valid: test. Valid values include: [Standard, Advanced, Intelligent-Tiering]",
      ],
      [
        [{ Key: "Name", Option: "option", Values: ["test"] }],
        "InvalidFilterOption",
        "The following filter option is not valid: option. Valid options include: [BeginsWith, Equals].",
      ],
      [[{ Key: "Path", Values: ["//"] }], "ValidationException", PATH],
      [[{ Key: "Path", Values: ["test"] }], "ValidationException", PATH],
    ] as const)
      it(JSON.stringify(filters), () =>
        assert.rejects(
          ssm.describeParameters({
            ParameterFilters: filters as unknown as { Key: string; Values: string[] }[],
          }),
          { name, message },
        ),
      );

    it("of both kinds at once", () =>
      assert.rejects(
        ssm.describeParameters({
          Filters: [{ Key: "Name", Values: ["a"] }],
          ParameterFilters: [{ Key: "Name", Values: ["a"] }],
        }),
        { message: "You can use either Filters or ParameterFilters in a single request." },
      ));
  });

  it("are found below a path, by default on its level alone", async () => {
    await ssm.putParameter({ Name: "/lake/deep/c", Value: "1", Type: "String" });
    const names = async (Option?: string) =>
      (
        await ssm.describeParameters({ ParameterFilters: [{ Key: "Path", Option, Values: ["/lake"] }] })
      ).Parameters?.map(({ Name }) => Name);
    assert.deepEqual(await names(), ["/lake/a", "/lake/b"]);
    assert.deepEqual(await names("Recursive"), ["/lake/a", "/lake/b", "/lake/deep/c"]);
  });

  it("are not empty", () =>
    assert.rejects(ssm.putParameter({ Name: "empty", Value: "", Type: "String" }), {
      name: "ValidationException",
      message:
        "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
    }));
});
