import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { isDeadOwner, leaseOwner } from "../../../tools/kit/lease-owner";

describe("The owner of a lease", () => {
  it("is dead when its process on this machine no longer runs", () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    assert.equal(isDeadOwner(leaseOwner().replace(/\d+$/, String(pid))), true);
  });

  it("is not known to be dead while it runs, on another machine, or in a function", () => {
    assert.equal(isDeadOwner(leaseOwner()), false);
    assert.equal(isDeadOwner("other-machine, process 999999"), false);
    assert.equal(isDeadOwner("c6af9ac6-7b61-11e6-9a41-93e8deadbeef"), false);
  });
});
