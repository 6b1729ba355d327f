import { strict as assert } from "node:assert";
import { Faults } from "../faults";

const throttle = { kind: "error", code: "SlowDown", status: 503 } as const;

describe("Faults", () => {
  it("hits only the service and operation of its rule", () => {
    const faults = new Faults();
    faults.set([{ service: "s3", operation: "PutObject", fault: throttle }]);
    assert.deepEqual(faults.next("s3", "PutObject"), throttle);
    assert.equal(faults.next("s3", "GetObject"), undefined);
    assert.equal(faults.next("kinesis", "PutObject"), undefined);
  });

  it("ends after its number of times", () => {
    const faults = new Faults();
    faults.set([{ service: "*", operation: "*", fault: throttle, times: 2 }]);
    assert.deepEqual(
      [1, 2, 3].map(() => faults.next("s3", "PutObject")?.kind),
      ["error", "error", undefined],
    );
  });

  it("hits the same calls with the same seed, and others with another one", () => {
    const strikes = (seed: number): string => {
      const faults = new Faults();
      faults.set([{ service: "*", operation: "*", fault: throttle, rate: 0.5 }], seed);
      return Array.from({ length: 64 }, () => (faults.next("s3", "PutObject") ? "x" : ".")).join("");
    };
    assert.equal(strikes(7), strikes(7));
    assert.notEqual(strikes(7), strikes(8));
  });

  it("is near its rate", () => {
    const faults = new Faults();
    faults.set([{ service: "*", operation: "*", fault: throttle, rate: 0.2 }], 42);
    let struck = 0;
    for (let n = 0; n < 10_000; n++) if (faults.next("s3", "PutObject")) struck++;
    assert.ok(struck > 1800 && struck < 2200, `${struck} of 10000`);
  });
});
