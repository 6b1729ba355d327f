import { strict as assert } from "node:assert";
import { Lineage } from "../../../../../tools/consume/sources/kinesis/lineage";

const shard = (ShardId: string, ParentShardId?: string, AdjacentParentShardId?: string) =>
  ({ ShardId, ParentShardId, AdjacentParentShardId }) as never;

describe("Lineage", () => {
  it("lets the children of a split wait for their parent", () => {
    const lineage = new Lineage();
    lineage.add([shard("left", "parent"), shard("right", "parent"), shard("parent")]);
    assert.deepEqual(lineage.ready(), ["parent"]);
    assert.deepEqual(lineage.ready(), []);
    lineage.done("parent");
    assert.deepEqual(lineage.ready(), ["left", "right"]);
  });

  it("lets the child of a merge wait for both", () => {
    const lineage = new Lineage();
    lineage.add([shard("a"), shard("b"), shard("child", "a", "b")]);
    assert.deepEqual(lineage.ready(), ["a", "b"]);
    lineage.done("a");
    assert.deepEqual(lineage.ready(), []);
    lineage.done("b");
    assert.deepEqual(lineage.ready(), ["child"]);
  });

  it("does not wait for an expired parent, and returns no shard twice", () => {
    const lineage = new Lineage();
    lineage.add([shard("child", "gone")]);
    assert.deepEqual(lineage.ready(), ["child"]);
    lineage.add([shard("child", "gone"), shard("new", "child")]);
    assert.deepEqual(lineage.ready(), []);
  });
});
