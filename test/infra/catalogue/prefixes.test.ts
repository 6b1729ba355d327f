import { strict as assert } from "node:assert";
import { rawFormats } from "../../../data/names";
import {
  errorPrefix,
  layerLocation,
  partitionTemplate,
  rawLayer,
  rawPrefix,
} from "../../../infra/catalogue/prefixes";

// How Firehose formats these is tested in pocket-cloud: test/services/firehose/prefix.test.ts.
describe("Prefixes", () => {
  it("use the calendar year, not the week year, and the hour from 00 to 23", () => {
    assert.equal(rawPrefix("crypto", "lines"), "raw/crypto/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/");
  });

  it("separate delivery errors by kind and day", () => {
    assert.equal(
      errorPrefix("crypto"),
      "errors/crypto/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/",
    );
  });

  it("use the extracted day and hour with dynamic partitioning", () => {
    assert.equal(
      rawPrefix("retail", "event-time"),
      "raw/retail-event-time/dt=!{partitionKeyFromQuery:dt}/hour=!{partitionKeyFromQuery:hour}/",
    );
  });

  it("are the folders that partition projection reads, one of its own for each format", () => {
    const folder = (prefix: string) =>
      prefix
        .replace(/!\{timestamp:yyyy-MM-dd\}|!\{partitionKeyFromQuery:dt\}/, "2026-12-31")
        .replace(/!\{timestamp:HH\}|!\{partitionKeyFromQuery:hour\}/, "23");
    const projected = rawFormats.map((format) => {
      const layer = rawLayer("crypto", format);
      const template = partitionTemplate("lake", layer);
      const path = template.replace("$" + "{dt}", "2026-12-31").replace("$" + "{hour}", "23");
      assert.equal(path, `s3://lake/${folder(rawPrefix("crypto", format))}`);
      assert.ok(path.startsWith(layerLocation("lake", layer)));
      return path;
    });
    assert.deepEqual(projected, [
      "s3://lake/raw/crypto/dt=2026-12-31/hour=23/",
      "s3://lake/raw/crypto-event-time/dt=2026-12-31/hour=23/",
      "s3://lake/raw/crypto-parquet/dt=2026-12-31/hour=23/",
    ]);
  });
});
