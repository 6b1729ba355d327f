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

  it("names a folder that cannot be made, for which Node reports ENOENT on a read-only disk", () => {
    const refused = Object.assign(new Error("ENOENT: no such file or directory, mkdir '/a/b'"), {
      ...{ code: "ENOENT", syscall: "mkdir", path: "/a/b" },
    });
    assert.equal(problemOf(refused), "the folder /a/b cannot be created: its disk may be read-only");
  });

  it("names a full disk, also when a write does not say its path", () => {
    const full = (path?: string) =>
      Object.assign(new Error("ENOSPC: no space left on device, write"), {
        code: "ENOSPC",
        ...(path && { path }),
      });
    assert.equal(problemOf(full()), "no space left on the disk; what was written before is kept");
    assert.equal(
      problemOf(full("/a/b")),
      "no space left on the disk for /a/b; what was written before is kept",
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

  describe("of a refused call", () => {
    const denied = (message: string): string | undefined =>
      problemOf(Object.assign(new Error(message), { name: "AccessDeniedException" }));
    const caller = "arn:aws:sts::111122223333:assumed-role/analyst/ann";
    const query = "arn:aws:athena:us-east-1:111122223333:workgroup/pricelake-dev";

    it("names action, resource and the policy that has no statement for it", () => {
      assert.equal(
        denied(
          `User: ${caller} is not authorized to perform: athena:StartQueryExecution on resource: ${query} ` +
            "because no identity-based policy allows the athena:StartQueryExecution action",
        ),
        `not allowed: athena:StartQueryExecution on ${query}: no identity-based policy allows it to ${caller}; ` +
          "add a statement with this action and resource",
      );
    });

    it("names the policy that denies it", () => {
      assert.equal(
        denied(
          `User: ${caller} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::lake/a.csv" ` +
            "with an explicit deny in a resource-based policy",
        ),
        `not allowed: s3:GetObject on arn:aws:s3:::lake/a.csv: a statement in a resource-based policy denies it to ${caller}`,
      );
      assert.match(
        denied(
          `User: ${caller} is not authorized to perform: kinesis:PutRecords on resource: x ` +
            "with an explicit deny in an identity-based policy: arn:aws:iam::111122223333:policy/no-writes",
        ) ?? "",
        /a statement in an identity-based policy \(arn:aws:iam::111122223333:policy\/no-writes\) denies it to/,
      );
    });

    it("passes on other messages, and says when the service names no action", () => {
      assert.equal(denied("Access Denied"), "not allowed: Access Denied (the service names no action)");
      assert.equal(denied("Requires a session"), "not allowed: Requires a session");
    });
  });

  it("leaves unknown errors to their stack", () => {
    assert.equal(problemOf(new TypeError("x is not a function")), undefined);
    assert.equal(problemOf("a text"), undefined);
  });
});
