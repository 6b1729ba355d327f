import { strict as assert } from "node:assert";
import { noCounts } from "../../../tools/agent/flow";
import { describeStatus, type FlowStatus } from "../../../tools/agent/status";

const calm: FlowStatus = {
  ...noCounts(),
  read: 10,
  sent: 10,
  records: 2,
  filePattern: "/var/log/*.log",
  destination: "events",
  waiting: 0,
  waitingSeconds: 0,
  files: [{ path: "/var/log/a.log", acknowledged: 90, size: 90 }],
  behind: 0,
  trouble: [],
  unknownFields: {},
};

describe("describeStatus", () => {
  it("describes a flow's progress", () => {
    assert.equal(
      describeStatus(calm),
      "events: 10 lines read, 10 sent in 2 records, 0 waiting, 0 bytes behind in 1 file, /var/log/a.log at 90 of 90",
    );
  });

  it("names unknown fields", () => {
    assert.match(
      describeStatus({ ...calm, unknownFields: { venue: 3 } }),
      / at 90 of 90, unknown fields, not stored: venue \(3 rows\)$/,
    );
  });

  it("describes waiting lines, exceptions, the files furthest behind, and problems", () => {
    const files = [1, 2, 3, 4].map((n) => ({ path: `/var/log/${n}.log`, acknowledged: 0, size: n }));
    assert.equal(
      describeStatus({
        ...calm,
        waiting: 3,
        waitingSeconds: 12,
        refused: 4,
        leftOut: 5,
        unconverted: 6,
        cut: 7,
        files,
        behind: 10,
        trouble: ["InternalFailure", "EACCES /var/log/5.log"],
      }),
      "events: 10 lines read, 10 sent in 2 records, 3 waiting, the oldest for 12 s, 4 records refused and sent again, " +
        "5 lines left out, 6 lines sent unconverted, 7 lines cut, 10 bytes behind in 4 files, /var/log/4.log at 0 of 4, " +
        "/var/log/3.log at 0 of 3, /var/log/2.log at 0 of 2; trouble: InternalFailure; trouble: EACCES /var/log/5.log",
    );
  });

  it("says when no file matches", () => {
    assert.equal(
      describeStatus({ ...calm, read: 0, sent: 0, records: 0, files: [] }),
      "events: 0 lines read, 0 sent in 0 records, 0 waiting, no file matches /var/log/*.log",
    );
  });
});
