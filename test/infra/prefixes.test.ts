import { strict as assert } from "node:assert";
import {
  errorPrefix,
  eventTimePrefix,
  layerLocation,
  partitionTemplate,
  rawPrefix,
} from "../../infra/prefixes";

// How Firehose formats these is tested in pocket-cloud: test/services/firehose/prefix.test.ts.
describe("Prefixes", () => {
  it("use the calendar year, not the week year, and the hour from 00 to 23", () => {
    assert.equal(rawPrefix("crypto"), "raw/crypto/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/");
  });

  it("separate delivery errors by kind and day", () => {
    assert.equal(
      errorPrefix("crypto"),
      "errors/crypto/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/",
    );
  });

  it("use the extracted day and hour with dynamic partitioning", () => {
    assert.equal(
      eventTimePrefix("retail"),
      "raw/retail/dt=!{partitionKeyFromQuery:dt}/hour=!{partitionKeyFromQuery:hour}/",
    );
  });

  it("are the folders that partition projection reads", () => {
    const folder = (prefix: string) =>
      prefix
        .replace(/!\{timestamp:yyyy-MM-dd\}|!\{partitionKeyFromQuery:dt\}/, "2026-12-31")
        .replace(/!\{timestamp:HH\}|!\{partitionKeyFromQuery:hour\}/, "23");
    const template = partitionTemplate("lake", "raw", "crypto");
    const projected = template.replace("$" + "{dt}", "2026-12-31").replace("$" + "{hour}", "23");
    assert.equal(projected, "s3://lake/raw/crypto/dt=2026-12-31/hour=23/");
    assert.equal(projected, `s3://lake/${folder(rawPrefix("crypto"))}`);
    assert.equal(projected, `s3://lake/${folder(eventTimePrefix("crypto"))}`);
    assert.ok(projected.startsWith(layerLocation("lake", "raw", "crypto")));
  });
});
