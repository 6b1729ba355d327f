import { strict as assert } from "node:assert";
import { describeHealth, hoursOfHealth, reasonIn } from "../../../tools/reconcile/health";

describe("Health of an environment", () => {
  const healthy = { errors: {}, reasons: {}, givenUp: 0, deadLetters: 0, alarms: [], alertsSent: 1 };

  const range = { from: "2026-01-01T04", to: "2026-01-02T03" };

  it("is of all hours until now when no end is given: what fails now belongs to no closed hour", () => {
    const now = Date.UTC(2026, 0, 2, 5, 10);
    assert.deepEqual(hoursOfHealth(range, undefined, now), { from: "2026-01-01T04", to: "2026-01-02T05" });
    assert.deepEqual(hoursOfHealth(range, "2026-01-02T03", now), range);
  });

  it("reads the reason of an error that a function logs or throws", () => {
    assert.equal(
      reasonIn('{"level":"error","reason":"TypeError: fetch failed"}\n'),
      "TypeError: fetch failed",
    );
    const thrown = '{"errorType":"Error","errorMessage":"connect ECONNREFUSED","stack":["Error"]}';
    assert.equal(
      reasonIn(`2026-01-02T03:04:05Z\tid\tERROR\tInvoke Error \t${thrown}\n`),
      "connect ECONNREFUSED",
    );
    assert.equal(reasonIn("REPORT RequestId: id errorMessage"), undefined);
  });

  it("is one line when nothing has failed", () => {
    assert.equal(
      describeHealth(healthy, range),
      "\nfunctions and alarms, 2026-01-01T04 to 2026-01-02T03 UTC, 1 alert sent\n  no errors, dead letters or alarms\n",
    );
  });

  it("names failing polls and functions with their last reason, what was given up, and alarms", () => {
    const health = {
      errors: { "pricelake-dev-poll-prices": 3, "pricelake-dev-write-csv-crypto": 1 },
      reasons: { "pricelake-dev-poll-prices": "SourceUnavailable: answered 429, after 2 requests" },
      givenUp: 2,
      deadLetters: 1,
      alarms: [{ name: "pricelake-dev-polls-missing", reason: "Threshold Crossed" }],
      alertsSent: 0,
    };
    assert.deepEqual(describeHealth(health, range).split("\n"), [
      "",
      "functions and alarms, 2026-01-01T04 to 2026-01-02T03 UTC, 0 alerts sent",
      "  ! pricelake-dev-poll-prices: 3 failed polls, the last: SourceUnavailable: answered 429, after 2 requests",
      "  ! pricelake-dev-write-csv-crypto: 1 error",
      "  ! 2 batches given up; npm run redrive sends them again",
      "  ! 1 message went to dead-letter queues",
      "  ! pricelake-dev-polls-missing is in ALARM: Threshold Crossed",
      "",
    ]);
  });
});
