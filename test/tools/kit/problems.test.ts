import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { problemOf } from "../../../tools/kit/problems";

const thrownBy = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe("problemOf", () => {
  it("tells in a line what the file system refused, with the path", () => {
    assert.equal(
      problemOf(thrownBy(() => readFileSync(`${__filename}/x`))),
      `${__filename}/x: a part of this path is a file, not a folder`,
    );
  });

  it("tells what the AWS settings lack", () => {
    assert.match(problemOf(new Error("Region is missing")) ?? "", /^no AWS region is set/);
  });

  it("leaves what nobody foresaw to its stack", () => {
    assert.equal(problemOf(new TypeError("x is not a function")), undefined);
    assert.equal(problemOf("a text"), undefined);
  });
});
