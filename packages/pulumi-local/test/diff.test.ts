import { strict as assert } from "node:assert";
import { diffPreviews } from "../diff";
import type { Preview, PreviewResource } from "../preview";

const resource = (
  type: string,
  name: string,
  inputs: PreviewResource["inputs"],
  rest: Partial<PreviewResource> = {},
) => ({
  urn: `urn:pulumi:s::p::${type}::${name}`,
  type,
  name,
  custom: true,
  parent: "",
  inputs,
  dependencies: [],
  protect: false,
  retainOnDelete: false,
  id: name,
  outputs: {},
  ...rest,
});
const preview = (...resources: PreviewResource[]): Preview => ({
  stack: "s",
  project: "p",
  resources,
  outputs: {},
});

const STREAM = "aws:kinesis/stream:Stream";
const BUCKET = "aws:s3/bucket:Bucket";

describe("diffPreviews", () => {
  it("lists changed properties down to single values", () => {
    const before = preview(resource(STREAM, "a", { name: "a", shardCount: 1, tags: { x: "1", y: "2" } }));
    const after = preview(
      resource(STREAM, "a", { name: "a", shardCount: 2, tags: { x: "1" } }, { protect: true }),
    );
    assert.deepEqual(diffPreviews(before, after), [
      {
        kind: "changed",
        urn: "urn:pulumi:s::p::aws:kinesis/stream:Stream::a",
        type: STREAM,
        name: "a",
        losesData: false,
        properties: [
          { path: "shardCount", before: 1, after: 2 },
          { path: "tags.y", before: "2", after: undefined },
          { path: "(protect)", before: undefined, after: true },
        ],
      },
    ]);
  });

  it("marks a resource that moves to another region as replaced, but not one that names its own", () => {
    const table = (region?: string, tableRegion = region ?? "us-east-1") =>
      preview(
        resource(
          "aws:dynamodb/table:Table",
          "t",
          { name: "t", ...(region !== undefined && { region }) },
          { outputs: { arn: `arn:aws:dynamodb:${tableRegion}:123456789012:table/t` } },
        ),
      );
    const kinds = (before: Preview, after: Preview) =>
      diffPreviews(before, after).map(({ kind, losesData }) => [kind, losesData]);
    assert.deepEqual(kinds(table("us-east-1"), table("eu-west-1")), [["replaced", true]]);
    assert.deepEqual(kinds(table(), table("eu-west-1")), [["replaced", true]]);
    assert.deepEqual(kinds(table(), table("us-east-1")), [["changed", false]]);
    // The provider's region alone moves nothing: AWS's provider keeps the region of an existing resource.
    assert.deepEqual(kinds(table(), table(undefined, "eu-west-1")), []);
  });

  it("marks replacements and deletions that lose data, unless the resource is retained", () => {
    const before = preview(
      resource(STREAM, "a", { name: "a" }),
      resource(BUCKET, "b", { bucket: "b" }),
      resource(BUCKET, "kept", { bucket: "c" }, { retainOnDelete: true }),
      resource("aws:cloudwatch/logGroup:LogGroup", "l", { name: "l" }),
    );
    const after = preview(resource(STREAM, "a", { name: "other" }));
    assert.deepEqual(
      diffPreviews(before, after).map(({ kind, name, losesData }) => [kind, name, losesData]),
      [
        ["replaced", "a", true],
        ["deleted", "b", true],
        ["deleted", "kept", false],
        ["deleted", "l", false],
      ],
    );
  });

  it("replaces a delivery stream when dynamic partitioning is toggled", () => {
    const type = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
    const on = {
      name: "d",
      extendedS3Configuration: { dynamicPartitioningConfiguration: { enabled: true } },
    };
    const [change] = diffPreviews(
      preview(resource(type, "d", { name: "d", extendedS3Configuration: {} })),
      preview(resource(type, "d", on)),
    );
    assert.deepEqual([change?.kind, change?.losesData], ["replaced", true]);
  });

  it("matches a resource by its alias", () => {
    const before = preview(
      resource(BUCKET, "old", { bucket: "b" }),
      resource(STREAM, "s", { name: "s", shardCount: 1 }),
    );
    const bucket = resource(BUCKET, "new", { bucket: "b" });
    const stream = resource(STREAM, "t", { name: "s", shardCount: 2 });
    const aliases = new Map([
      [bucket.urn, ["urn:pulumi:s::p::nowhere::x", `urn:pulumi:s::p::${BUCKET}::old`]],
      [stream.urn, [`urn:pulumi:s::p::${STREAM}::s`]],
    ]);
    assert.deepEqual(
      diffPreviews(before, { ...preview(bucket, stream), aliases }).map(({ kind, name, losesData }) => [
        kind,
        name,
        losesData,
      ]),
      [["changed", "t", false]],
    );
    assert.deepEqual(
      diffPreviews(before, preview(bucket, stream)).map(({ kind, name }) => [kind, name]),
      [
        ["created", "new"],
        ["created", "t"],
        ["deleted", "old"],
        ["deleted", "s"],
      ],
    );
  });

  it("finds nothing between equal programs", () => {
    const same = preview(resource(STREAM, "a", { name: "a" }));
    assert.deepEqual(diffPreviews(same, same), []);
  });
});
