import { strict as assert } from "node:assert";
import { Failures } from "../../../tools/start/failures";

describe("Failures", () => {
  const poller = "pricelake-local-poll-prices";
  const at = Date.UTC(2026, 0, 2, 3, 4, 5);

  it("names the failing function, since when, why and what happens next", () => {
    const failures = new Failures(() => at);
    failures.logged(
      poller,
      '{"level":"error","message":"poll failed","slot":"x","reason":"TypeError: fetch failed"}\n',
    );
    failures.invoked(poller, 1);
    failures.invoked(poller, 1);
    assert.equal(failures.failing, poller);
    assert.deepEqual(failures.lines(), [
      `${poller} fails since 03:04:05 UTC (2 errors): TypeError: fetch failed; it polls again at the next slot`,
    ]);
    assert.deepEqual(failures.summary(), {
      functions: { [poller]: 2 },
      deadLetters: 0,
      alarms: [],
      alertsSent: 0,
    });
    assert.equal(failures.failed, true);
  });

  it("keeps the count, but not the trouble, after a success", () => {
    const failures = new Failures(() => at);
    failures.invoked(poller, 1);
    failures.invoked(poller, 0);
    assert.equal(failures.failing, "");
    assert.deepEqual(failures.lines(), [`${poller}: 1 errors, now it works`]);
  });

  it("takes the reason of an error that a function throws, without control characters", () => {
    const failures = new Failures(() => at);
    failures.logged(
      "f",
      '{"errorType":"Error","errorMessage":"rules[0].when is \\"x\\"\u001b[2J","stackTrace":[]}',
    );
    assert.match(failures.lines()[0] ?? "", /: rules\[0\]\.when is "x" \[2J; the batch is tried again$/);
  });

  it("counts alerts, and has not failed by them", () => {
    const failures = new Failures(() => at);
    failures.logged(
      "pricelake-local-evaluate-rules-crypto",
      '{"level":"info","message":"evaluated","published":3}',
    );
    assert.equal(failures.summary().alertsSent, 3);
    assert.equal(failures.failed, false);
  });
});
