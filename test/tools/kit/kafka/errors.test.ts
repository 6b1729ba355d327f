import { strict as assert } from "node:assert";
import { Failure } from "../../../../tools/kit/errors";
import { unreachable } from "../../../../tools/kit/kafka/errors";

describe("An unreachable broker", () => {
  it("is named with a way to start or name another when nothing listens at its address", () => {
    assert.equal(
      unreachable(new Error("connect ECONNREFUSED 127.0.0.1:9092"), "127.0.0.1:9092").message,
      "cannot reach 127.0.0.1:9092: connect ECONNREFUSED 127.0.0.1:9092; docs/labs.md has a line that starts a broker; " +
        "--bootstrap or KAFKA_BOOTSTRAP names another",
    );
    assert.equal(unreachable(new Error("timeout"), "a:1").message, "cannot reach a:1: timeout");
    assert.equal(unreachable(new Failure("refused"), "a:1").message, "refused");
  });
});
