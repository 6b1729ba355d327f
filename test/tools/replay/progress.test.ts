import { strict as assert } from "node:assert";
import { describeProgress, describeSent } from "../../../tools/replay/progress";

describe("Progress of a replay", () => {
  it("is a bar with the share, the rate, the time left and the limit while there is one", () => {
    assert.equal(
      describeProgress({
        rows: 135_000,
        of: 300_000,
        seconds: 25,
        limit: "the stream: 1 shard, 1 MiB/s each",
      }),
      "[█████████░░░░░░░░░░░] 45 %, 135,000 of 300,000 rows, 5,400 rows/s, 31 s left; " +
        "the limit is the stream: 1 shard, 1 MiB/s each",
    );
    assert.equal(
      describeProgress({ rows: 300, of: 300, seconds: 1, limit: undefined }),
      "[████████████████████] 100 %, 300 of 300 rows, 300 rows/s, 0 s left",
    );
  });

  it("says why the stream refuses records", () => {
    assert.equal(
      describeProgress({ rows: 0, of: 9, seconds: 4, limit: undefined, refusal: "InternalFailure: ENOSPC" }),
      "[░░░░░░░░░░░░░░░░░░░░] 0 %, 0 of 9 rows, 0 rows/s; the stream refuses records, which are sent again: " +
        "InternalFailure: ENOSPC",
    );
  });

  it("begins without a time left, and takes an empty file", () => {
    assert.equal(
      describeProgress({ rows: 0, of: 9, seconds: 0, limit: undefined }),
      "[░░░░░░░░░░░░░░░░░░░░] 0 %, 0 of 9 rows, 0 rows/s",
    );
    assert.match(describeProgress({ rows: 0, of: 0, seconds: 1, limit: undefined }), / 100 %, 0 of 0 rows/);
  });

  it("ends with the counts and the throughput", () => {
    const sent = { rows: 300_000, refused: 1, records: 2400, bytes: 57_671_680, seconds: 55 };
    assert.equal(
      describeSent(sent),
      "300,000 rows sent in 2,400 records, 55 s, 1.00 MiB/s; 1 invalid lines go to quarantine/",
    );
  });
});
