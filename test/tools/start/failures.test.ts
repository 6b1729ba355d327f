import { strict as assert } from "node:assert";
import { Failures } from "../../../tools/start/failures";
import { Polls } from "../../../tools/start/polls";

describe("Failures", () => {
  const writer = "pricelake-local-write-csv-crypto";
  const at = Date.UTC(2026, 0, 2, 3, 4, 5);
  const polls = () =>
    new Polls(
      () => at,
      { price: "CoinGecko", fallback: "CoinPaprika" },
      () => at + 60_000,
    );
  const failuresAt = () => new Failures(() => at, polls());

  it("names the failing function, since when, why and what happens next", () => {
    const failures = failuresAt();
    failures.logged(writer, '{"level":"error","message":"written","reason":"TypeError: fetch failed"}\n');
    assert.equal(failures.failing, "", "a warning before a retry is no failure");
    failures.invoked(writer, 1);
    failures.invoked(writer, 1);
    assert.equal(failures.failing, writer);
    assert.deepEqual(failures.lines(), [
      `${writer} fails since 03:04:05 UTC (2 errors): TypeError: fetch failed; the batch is tried again`,
    ]);
    assert.deepEqual(failures.summary(), {
      functions: { [writer]: 2 },
      deadLetters: 0,
      alarms: [],
      alertsSent: 0,
    });
    assert.equal(failures.failed, true);
  });

  it("keeps the count, but not the trouble, after a success", () => {
    const failures = failuresAt();
    failures.invoked(writer, 1);
    failures.invoked(writer, 0);
    assert.equal(failures.failing, "");
    assert.deepEqual(failures.lines(), [`${writer}: 1 error, now it works`]);
  });

  it("names a function that returns a batch for another try, which Lambda does not count as an error", () => {
    const failures = failuresAt();
    const written = (level: string, rest: object) =>
      failures.logged(writer, `${JSON.stringify({ level, message: "written", feed: "crypto", ...rest })}\n`);
    const refused = { retryFrom: "495", reason: "AccessDenied: no" };
    written("error", refused);
    failures.invoked(writer, 0);
    written("error", refused);
    failures.invoked(writer, 0);
    assert.equal(failures.failing, writer);
    assert.deepEqual(failures.lines(), [
      `${writer} fails since 03:04:05 UTC (2 errors): AccessDenied: no; the batch is tried again`,
    ]);
    written("info", { rows: 1 });
    failures.invoked(writer, 0);
    assert.deepEqual(failures.lines(), []);
    assert.equal(failures.failed, false, "a batch that succeeds later is no failure of --once");
  });

  it("does not say that the poller works while polls fail, when it skips a slot", () => {
    const failures = failuresAt();
    const poller = "pricelake-local-poll-prices";
    failures.logged(poller, '{"level":"error","message":"poll failed","slot":"x","reason":"ENOTFOUND"}\n');
    failures.invoked(poller, 1);
    failures.logged(poller, '{"level":"warn","message":"slots skipped: a later slot is due","skipped":1}\n');
    failures.invoked(poller, 0);
    assert.deepEqual(failures.lines(), [
      "polls fail since 03:04:05 UTC (1 failed): poll: ENOTFOUND; the next poll is at 03:05:05 UTC",
    ]);
    failures.logged(poller, '{"level":"info","message":"polled","origin":"poll"}\n');
    assert.deepEqual(failures.lines(), [`${poller}: 1 error, now it works`]);
  });

  it("takes the reason of an error that a function throws, without control characters", () => {
    const failures = failuresAt();
    failures.logged(
      writer,
      '{"errorType":"Error","errorMessage":"rules[0].when is \\"x\\"\u001b[2J","stackTrace":[]}',
    );
    failures.invoked(writer, 1);
    assert.match(failures.lines()[0] ?? "", /: rules\[0\]\.when is "x" \[2J; the batch is tried again$/);
  });

  it("names the sources that do not answer while polls fail, and when it polls again", () => {
    const failures = failuresAt();
    const poller = "pricelake-local-poll-prices";
    const log = (entry: object) => failures.logged(poller, `${JSON.stringify(entry)}\n`);
    log({ level: "warn", message: "price source", page: 1, attempt: 1, reason: "TryAgain: ENOTFOUND" });
    assert.deepEqual(failures.lines(), [
      "no source answers since 03:04:05 UTC: CoinGecko: ENOTFOUND; the poll tries again within seconds",
    ]);
    log({ level: "warn", message: "fallback source", attempt: 1, reason: "TryAgain: refused" });
    log({ level: "error", message: "poll failed", slot: "x", reason: "Error: both" });
    failures.invoked(poller, 1);
    assert.equal(failures.failing, "polls");
    assert.deepEqual(failures.lines(), [
      "polls fail since 03:04:05 UTC (1 failed): CoinGecko: ENOTFOUND; CoinPaprika: refused; " +
        "the next poll is at 03:05:05 UTC",
    ]);
    log({ level: "info", message: "polled", origin: "fallback" });
    assert.equal(failures.failing, "");
    assert.match(
      failures.lines()[0] ?? "",
      /^CoinGecko does not answer since 03:04:05 UTC, CoinPaprika serves the polls \(CoinGecko: ENOTFOUND\)$/,
    );
    log({ level: "info", message: "polled", origin: "poll" });
    assert.equal(failures.polls.line(), undefined);
  });

  it("counts quarantined rows by feed and reason, and leaves unknown fields out", () => {
    const failures = failuresAt();
    const entry = (column: string | null, reason: string, rows?: number) =>
      `${JSON.stringify({ source: "s", column, reason, raw: "x", ...(rows && { rows }) })}\n`;
    failures.quarantined.add(
      "quarantine/retail/dt=2026-01-02/a.ndjson",
      entry("UnitPrice", "not a finite number") +
        entry("UnitPrice", "not a finite number") +
        entry(null, "has a quote that is not closed") +
        entry("shop", "unknown field, not stored", 9),
    );
    assert.deepEqual(failures.lines(), [
      "3 rows quarantined: 2 × retail: UnitPrice not a finite number; 1 × retail: the line has a quote that is not closed; " +
        "npm run report -- quarantine",
    ]);
  });

  it("names given-up batches with their cure, and calls of dead-letter queues", () => {
    const failures = failuresAt();
    failures.givenUp();
    assert.deepEqual(failures.lines(), ["1 batch given up; npm run redrive sends it again"]);
    failures.givenUp();
    failures.deadLetter("arn:aws:sqs:us-east-1:000000000000:pricelake-local-publish-reports-dead-letters");
    failures.deadLetter("arn:aws:sqs:us-east-1:000000000000:other");
    assert.deepEqual(failures.lines(), [
      "2 batches given up; npm run redrive sends them again",
      "1 call given up, in pricelake-local-publish-reports-dead-letters; npm run redrive says what can be made again",
    ]);
    assert.equal(failures.summary().deadLetters, 3);
    assert.equal(failures.failed, true);
  });

  it("says what happens next to an error of a function without batches", () => {
    const failures = failuresAt();
    failures.logged("pricelake-local-publish-reports", '{"errorMessage":"connect ECONNREFUSED"}');
    failures.invoked("pricelake-local-publish-reports", 1);
    assert.deepEqual(failures.lines(), [
      "pricelake-local-publish-reports fails since 03:04:05 UTC (1 error): connect ECONNREFUSED",
    ]);
  });

  it("counts alerts, and has not failed by them", () => {
    const failures = failuresAt();
    failures.logged(
      "pricelake-local-evaluate-rules-crypto",
      '{"level":"info","message":"evaluated","published":3}',
    );
    assert.equal(failures.summary().alertsSent, 3);
    assert.equal(failures.failed, false);
  });
});
