import { strict as assert } from "node:assert";
import { errorPrefix, eventTimePrefix, partitionTemplate, rawPrefix } from "../../infra/prefixes";
import {
  dataPrefix,
  errorPrefix as evaluateErrors,
} from "../../packages/pocket-cloud/services/firehose/prefix/evaluate";

const at = (instant: string) => ({ time: Date.parse(instant) });

describe("Prefixes", () => {
  const golden: readonly (readonly [string, string])[] = [
    ["2026-12-27T00:00:00.000Z", "raw/crypto/dt=2026-12-27/hour=00/"],
    ["2026-12-31T12:59:59.999Z", "raw/crypto/dt=2026-12-31/hour=12/"],
    ["2026-12-31T23:59:59.999Z", "raw/crypto/dt=2026-12-31/hour=23/"],
    ["2027-01-01T00:00:00.000Z", "raw/crypto/dt=2027-01-01/hour=00/"],
    ["2027-01-03T13:00:00.000Z", "raw/crypto/dt=2027-01-03/hour=13/"],
    ["2028-02-29T23:00:00.000Z", "raw/crypto/dt=2028-02-29/hour=23/"],
  ];
  for (const [instant, expected] of golden)
    it(`put what arrives at ${instant} under ${expected}`, () => {
      assert.equal(dataPrefix(rawPrefix("crypto"), at(instant)), expected);
    });

  it("are the calendar's day and hour for every hour of the last week of the year", () => {
    for (
      let time = Date.parse("2026-12-26T00:00:00Z");
      time < Date.parse("2027-01-03T00:00:00Z");
      time += 3_600_000
    ) {
      const text = new Date(time).toJSON();
      const folder = `raw/crypto/dt=${text.slice(0, 10)}/hour=${text.slice(11, 13)}/`;
      assert.equal(dataPrefix(rawPrefix("crypto"), { time: time + 3_599_999 }), folder);
    }
  });

  it("keep errors apart by their kind, through the turn of the year", () => {
    const prefixes = { Prefix: rawPrefix("crypto"), ErrorOutputPrefix: errorPrefix("crypto") };
    assert.equal(
      evaluateErrors(prefixes, "processing-failed", at("2026-12-31T23:59:59Z")),
      "errors/crypto/processing-failed/dt=2026-12-31/",
    );
  });

  it("follow the event's own hour where Firehose partitions by content", () => {
    const query = { dt: "2010-12-01", hour: "08" };
    assert.equal(
      dataPrefix(eventTimePrefix("retail"), at("2026-12-31T23:59:59Z"), { query }),
      "raw/retail/dt=2010-12-01/hour=08/",
    );
  });

  it("are where the catalogue's projection looks", () => {
    const template = partitionTemplate("lake", "raw", "crypto");
    const filled = template.replace("$" + "{dt}", "2026-12-31").replace("$" + "{hour}", "23");
    assert.equal(filled, `s3://lake/${dataPrefix(rawPrefix("crypto"), at("2026-12-31T23:00:00Z"))}`);
  });
});
