import { strict as assert } from "node:assert";
import { AthenaClient } from "@aws-sdk/client-athena";
import { Statements, waits } from "../../../functions/shared/athena";

const first = (count: number, usualMilliseconds: number): number[] => {
  const each = waits(usualMilliseconds);
  return Array.from({ length: count }, () => Math.round(each.next().value));
};

describe("The state of a statement is asked for", () => {
  it("soon, and then less often, when nothing is known about its kind", () => {
    assert.deepEqual(first(12, 0), [20, 30, 45, 68, 101, 152, 228, 342, 513, 769, 1000, 1000]);
  });

  it("first after three quarters of the time that statements before it took", () => {
    assert.deepEqual(first(6, 3000), [2250, 300, 450, 675, 1000, 1000]);
    assert.deepEqual(first(4, 150), [113, 20, 30, 45]);
  });

  it("first after five seconds at most", () => {
    assert.deepEqual(first(3, 60_000), [5000, 1000, 1000]);
  });

  it("as late as statements of the same kind allow, and soon for another kind", async () => {
    const athena = new AthenaClient({ region: "us-east-1" });
    let begun = 0;
    let waited = 0;
    // No cloud can be told how long a statement takes, so each has taken two seconds here.
    athena.middlewareStack.add(
      (_next, { commandName }) =>
        async () => {
          if (commandName === "StartQueryExecutionCommand") begun = performance.now();
          else waited = performance.now() - begun;
          const execution = {
            Status: { State: "SUCCEEDED" },
            Statistics: { TotalExecutionTimeInMillis: 2000 },
          };
          return { response: {}, output: { $metadata: {}, QueryExecution: execution } as never };
        },
      { step: "initialize" },
    );
    const statements = new Statements(
      athena,
      { database: "d", workgroup: "w" },
      new AbortController().signal,
    );
    const waitedFor = async (sql: string): Promise<number> => {
      assert.deepEqual(await statements.run(sql), []);
      return waited;
    };
    assert.ok((await waitedFor("UNLOAD (SELECT 1)")) < 1400);
    assert.ok((await waitedFor("UNLOAD (SELECT 2)")) > 1490);
    assert.ok((await waitedFor("MSCK REPAIR TABLE t")) < 1400);
    athena.destroy();
  });
});
