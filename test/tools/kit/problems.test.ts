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
  it("translates file system errors, naming the path", () => {
    assert.equal(
      problemOf(thrownBy(() => readFileSync(`${__filename}/x`))),
      `${__filename}/x: a part of this path is a file, not a folder`,
    );
  });

  it("says what to do when too many files are open", () => {
    const error = new Error(
      "aws:glue/catalogTable:CatalogTable ticks: EMFILE: too many open files, open 'a'",
    );
    assert.equal(problemOf(error), "too many open files: raise the limit (ulimit -n 1024)");
  });

  it("translates errors of the AWS configuration", () => {
    assert.match(problemOf(new Error("Region is missing")) ?? "", /^no AWS region: set AWS_REGION/);
    assert.equal(
      problemOf(Object.assign(new Error("expired"), { name: "ExpiredTokenException" }), { env: "dev" }),
      'the AWS credentials for "dev" have expired: sign in again (aws sso login) and repeat',
    );
  });

  it("leaves unknown errors to their stack", () => {
    assert.equal(problemOf(new TypeError("x is not a function")), undefined);
    assert.equal(problemOf("a text"), undefined);
  });
});
