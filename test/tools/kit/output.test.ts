import { strict as assert } from "node:assert";
import { Writable } from "node:stream";
import { outputOf } from "../../../tools/kit/output";

const stream = () =>
  new Writable({ write: (_chunk, _encoding, done) => done() }) as unknown as NodeJS.WriteStream;

describe("The output of a command", () => {
  it("listens once for a stream's errors, however often the stream is wrapped", () => {
    const wrapped = stream();
    for (let i = 0; i < 20; i++) outputOf(wrapped);
    assert.equal(wrapped.listenerCount("error"), 1);
  });

  it("survives an error of the stream", () => {
    const wrapped = stream();
    outputOf(wrapped);
    assert.equal(wrapped.emit("error", new Error("the reader is gone")), true);
  });
});
