import { strict as assert } from "node:assert";
import { describeHealth } from "../../../tools/reconcile/health";

describe("Health of an environment", () => {
  const healthy = { errors: {}, reasons: {}, givenUp: 0, deadLetters: 0, alarms: [], alertsSent: 3 };

  it("is one line when nothing has failed", () => {
    assert.equal(
      describeHealth(healthy),
      "\nfunctions and alarms, 3 alerts sent\n  no errors, dead letters or alarms\n",
    );
  });

  it("names failing polls and functions with their last reason, what was given up, and alarms", () => {
    const text = describeHealth({
      errors: { "pricelake-dev-poll-prices": 3, "pricelake-dev-write-csv-crypto": 1 },
      reasons: { "pricelake-dev-poll-prices": "SourceUnavailable: answered 429, after 2 requests" },
      givenUp: 2,
      deadLetters: 1,
      alarms: [{ name: "pricelake-dev-polls-missing", reason: "Threshold Crossed" }],
      alertsSent: 0,
    });
    assert.deepEqual(text.split("\n"), [
      "",
      "functions and alarms, 0 alerts sent",
      "  ! pricelake-dev-poll-prices: 3 failed polls, the last: SourceUnavailable: answered 429, after 2 requests",
      "  ! pricelake-dev-write-csv-crypto: 1 errors",
      "  ! 2 batches given up; npm run redrive sends them again",
      "  ! 1 messages went to dead-letter queues",
      "  ! pricelake-dev-polls-missing is in ALARM: Threshold Crossed",
      "",
    ]);
  });
});
