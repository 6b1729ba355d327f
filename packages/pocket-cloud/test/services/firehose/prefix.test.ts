import { strict as assert } from "node:assert";
import fc from "fast-check";
import { dataPrefix, errorPrefix } from "../../../services/firehose/prefix/evaluate";
import { formatTimestamp } from "../../../services/firehose/prefix/timestamp";

const at = (text: string) => ({ time: Date.parse(text) });
const AUGUST = at("2018-08-27T10:30:00Z");

describe("Firehose prefixes", () => {
  const cases: readonly [prefix: string, evaluated: string][] = [
    ["", "2018/08/27/10/"],
    ["raw/", "raw/2018/08/27/10/"],
    ["raw", "raw2018/08/27/10/"],
    ["!{timestamp:yyyy/MM/dd}", "2018/08/27"],
    [
      "year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/",
      "year=2018/month=08/day=27/hour=10/",
    ],
    ["!{timestamp:'year='yyyy'/month='MM'/day='dd}/", "year=2018/month=08/day=27/"],
    ["!{timestamp:EEE d MMM yy h:mm a}/", "Mon 27 Aug 18 10:30 AM/"],
    ["!{timestamp:DDD Q EEEE MMMM}/", "239 3 Monday August/"],
    ["a!b/", "a!b/2018/08/27/10/"],
  ];
  for (const [prefix, evaluated] of cases)
    it(`evaluates ${JSON.stringify(prefix)} to ${evaluated}`, () => {
      assert.equal(dataPrefix(prefix, AUGUST), evaluated);
    });

  it("makes a new random string of 11 characters for each expression", () => {
    const [one, other] =
      dataPrefix("!{firehose:random-string}/!{firehose:random-string}/", AUGUST)?.split("/") ?? [];
    assert.match(one ?? "", /^[0-9a-zA-Z]{11}$/);
    assert.notEqual(one, other);
  });

  it("uses the local time of a time zone", () => {
    assert.equal(dataPrefix("", { ...AUGUST, zone: "Asia/Tokyo" }), "2018/08/27/19/");
    assert.equal(dataPrefix("", { ...at("2026-03-29T00:30:00Z"), zone: "Europe/Berlin" }), "2026/03/29/01/");
    assert.equal(dataPrefix("", { ...at("2026-03-29T01:30:00Z"), zone: "Europe/Berlin" }), "2026/03/29/03/");
  });

  it("puts error records beside the data when it has no prefix of its own", () => {
    assert.equal(
      errorPrefix({ Prefix: "raw/" }, "processing-failed", AUGUST),
      "raw/processing-failed/2018/08/27/10/",
    );
    assert.equal(
      errorPrefix({ ErrorOutputPrefix: "errors/" }, "processing-failed", AUGUST),
      "errors/processing-failed/2018/08/27/10/",
    );
    assert.equal(
      errorPrefix(
        { ErrorOutputPrefix: "e/!{firehose:error-output-type}/!{timestamp:yyyy}" },
        "format-conversion-failed",
        AUGUST,
      ),
      "e/format-conversion-failed/2018",
    );
  });

  it("has no value if a partition key is missing or empty", () => {
    const prefix = "coin=!{partitionKeyFromQuery:coin}/from=!{partitionKeyFromLambda:from}/";
    assert.equal(
      dataPrefix(prefix, AUGUST, { query: { coin: "btc" }, lambda: { from: "x" } }),
      "coin=btc/from=x/",
    );
    assert.equal(dataPrefix(prefix, AUGUST, { query: { coin: "btc" } }), undefined);
    assert.equal(dataPrefix(prefix, AUGUST, { query: { coin: "" }, lambda: { from: "x" } }), undefined);
  });

  it("distinguishes the calendar year from the week year at the turn of the year", () => {
    const both = (text: string) => formatTimestamp("yyyy YYYY", Date.parse(text));
    assert.equal(both("2024-12-28T23:59:59Z"), "2024 2024");
    assert.equal(both("2024-12-29T00:00:00Z"), "2024 2025");
    assert.equal(both("2025-01-01T00:00:00Z"), "2025 2025");
    assert.equal(both("2023-01-01T00:00:00Z"), "2023 2023");
  });

  it("prints the calendar date of every instant, including leap days and midnights", () => {
    const instants = fc.integer({ min: Date.UTC(2019, 11, 28), max: Date.UTC(2033, 0, 3) });
    fc.assert(
      fc.property(instants, (time) => {
        const [date = "", clock = ""] = new Date(time).toISOString().split("T");
        assert.equal(dataPrefix("", { time }), `${date.replaceAll("-", "/")}/${clock.slice(0, 2)}/`);
        assert.equal(formatTimestamp("yyyy-MM-dd HH:mm:ss.SSS", time), `${date} ${clock.slice(0, -1)}`);
      }),
    );
    assert.equal(dataPrefix("", at("2028-02-29T23:59:59.999Z")), "2028/02/29/23/");
    assert.equal(dataPrefix("", at("2028-12-31T23:59:59.999Z")), "2028/12/31/23/");
  });
});
