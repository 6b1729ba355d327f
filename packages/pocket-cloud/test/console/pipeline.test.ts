import { strict as assert } from "node:assert";
import { layOut, NODE } from "../../console/pages/pipeline/layout";
import { graphOf, type Resources } from "../../console/pages/pipeline/model";

const none: Resources = {
  streams: [],
  functions: [],
  schedules: [],
  mappings: [],
  deliveries: [],
  tables: [],
  buckets: [],
  topics: [],
  queues: [],
  crawlers: [],
  databases: [],
};
const fn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
const lake = "arn:aws:s3:::lake";

const pipeline: Resources = {
  ...none,
  streams: [
    { arn: "stream/a", name: "a" },
    { arn: "stream/b", name: "b" },
  ],
  functions: [
    { arn: fn("poll"), name: "poll", writes: ["stream/a"] },
    { arn: fn("csv"), name: "csv", writes: [lake, "table/t"] },
    { arn: fn("alone"), name: "alone", writes: [] },
  ],
  schedules: [{ arn: "schedule/s", name: "s", target: `${fn("poll")}:live` }],
  mappings: [
    { source: "stream/a", functionArn: fn("csv"), onFailure: lake },
    { source: "stream/b", functionArn: fn("csv") },
  ],
  deliveries: [{ arn: "delivery/d", name: "d", source: "stream/b", processors: [], bucketArn: lake }],
  tables: [{ arn: "table/t", name: "t" }],
  buckets: ["lake", "unused"],
  crawlers: [{ name: "c", database: "db", buckets: ["lake"] }],
  databases: [{ name: "db", buckets: ["lake"] }],
};

describe("The drawing of the pipeline", () => {
  it("has the arrows of schedules, mappings, rights to write, deliveries and tables", () => {
    const { edges } = graphOf(pipeline);
    assert.deepEqual(
      edges.map(({ from, to, failure }) => `${from} → ${to}${failure ? " on failure" : ""}`).sort(),
      [
        "arn:aws:lambda:us-east-1:000000000000:function:csv → arn:aws:s3:::lake on failure",
        "arn:aws:lambda:us-east-1:000000000000:function:csv → table/t",
        "arn:aws:lambda:us-east-1:000000000000:function:poll → stream/a",
        "arn:aws:s3:::lake → crawler/c",
        "arn:aws:s3:::lake → database/db",
        "crawler/c → database/db",
        "delivery/d → arn:aws:s3:::lake",
        "schedule/s → arn:aws:lambda:us-east-1:000000000000:function:poll",
        "stream/a → arn:aws:lambda:us-east-1:000000000000:function:csv",
        "stream/b → arn:aws:lambda:us-east-1:000000000000:function:csv",
        "stream/b → delivery/d",
      ],
    );
  });

  it("leaves out what nothing leads to or from", () => {
    const names = graphOf(pipeline).nodes.map(({ name }) => name);
    assert.ok(!names.includes("alone") && !names.includes("unused"));
  });

  it("stands in columns from sources to the catalogue, with streams and sinks together", () => {
    const { nodes } = layOut(graphOf(pipeline));
    const columns = [...new Set(nodes.map(({ x }) => x))].sort((a, b) => a - b);
    const names = columns.map((x) =>
      nodes
        .filter((node) => node.x === x)
        .map(({ name }) => name)
        .sort(),
    );
    assert.deepEqual(names, [
      ["poll", "s"],
      ["a", "b"],
      ["csv", "d"],
      ["lake", "t"],
      ["c", "db"],
    ]);
  });

  it("has no nodes on top of each other, and a height and width that hold them", () => {
    const { nodes, width, height } = layOut(graphOf(pipeline));
    for (const a of nodes) {
      assert.ok(a.x >= 0 && a.y >= 0 && a.x + NODE.width <= width && a.y + NODE.height <= height, a.name);
      for (const b of nodes)
        assert.ok(a === b || a.x !== b.x || Math.abs(a.y - b.y) >= NODE.height, `${a.name} and ${b.name}`);
    }
  });

  it("keeps the readers of a stream together", () => {
    const streams = ["a", "b", "c", "d"];
    const readers = ["store", "csv", "rules"].flatMap((name) => streams.map((stream) => ({ name, stream })));
    const { nodes } = layOut(
      graphOf({
        ...none,
        streams: streams.map((name) => ({ arn: `stream/${name}`, name })),
        functions: readers.map(({ name, stream }) => ({
          arn: fn(`${name}-${stream}`),
          name: `${name}-${stream}`,
          writes: [name === "csv" ? lake : name === "store" ? `table/${stream}` : "topic/alerts"],
        })),
        mappings: readers.map(({ name, stream }) => ({
          source: `stream/${stream}`,
          functionArn: fn(`${name}-${stream}`),
          onFailure: "arn:aws:s3:::failures",
        })),
        deliveries: streams.map((name) => ({
          arn: `delivery/raw-${name}`,
          name: `raw-${name}`,
          source: `stream/${name}`,
          processors: [],
          bucketArn: lake,
        })),
        tables: streams.map((name) => ({ arn: `table/${name}`, name })),
        buckets: ["lake", "failures"],
        topics: [{ arn: "topic/alerts", subscribers: [] }],
      }),
    );
    const column = nodes
      .filter(({ kind }) => kind === "function" || kind === "delivery")
      .sort((one, other) => one.y - other.y)
      .map(({ name }) => name.at(-1) ?? "");
    const runs = column.filter((stream, index) => stream !== column[index - 1]);
    assert.deepEqual([...runs].sort(), streams, column.join(""));
  });

  it("is drawn for functions that write to their own source, and for nothing at all", () => {
    const circle = graphOf({
      ...none,
      streams: [{ arn: "stream/a", name: "a" }],
      functions: [{ arn: fn("again"), name: "again", writes: ["stream/a"] }],
      mappings: [{ source: "stream/a", functionArn: fn("again") }],
    });
    assert.equal(layOut(circle).edges.length, 1);
    assert.deepEqual(layOut(graphOf(none)).nodes, []);
  });
});
