import { strict as assert } from "node:assert";
import { verdictOf } from "../../../services/lambda/polling/verdict";

const ids = ["1", "2", "3"];
const verdict = (payload: string) => verdictOf({ failed: false, payload }, ids, true);

describe("Batch responses", () => {
  for (const payload of [
    '""',
    "null",
    "{}",
    "[]",
    '{"batchItemFailures":null}',
    '{"batchItemFailures":[]}',
    '{"ok":true}',
  ])
    it(`${payload} is success`, () => assert.deepEqual(verdict(payload), { kind: "done" }));

  for (const failures of [
    '[{"itemIdentifier":""}]',
    '[{"itemIdentifier":null}]',
    '[{"itemIdentifier":"9"}]',
    '[{"id":"2"}]',
    "[null]",
    '"2"',
  ])
    it(`failures ${failures} fail the whole batch`, () =>
      assert.deepEqual(verdict(`{"batchItemFailures":${failures}}`), { kind: "failed" }));

  it("the lowest failed entry is where to go on", () => {
    assert.deepEqual(verdict('{"batchItemFailures":[{"itemIdentifier":"3"},{"itemIdentifier":"2"}]}'), {
      kind: "from",
      index: 1,
    });
  });

  it("without ReportBatchItemFailures any answer is success", () => {
    assert.deepEqual(
      verdictOf({ failed: false, payload: '{"batchItemFailures":[{"itemIdentifier":"1"}]}' }, ids, false),
      { kind: "done" },
    );
  });

  it("an exception fails the batch", () => {
    assert.deepEqual(verdictOf({ failed: true, payload: "{}" }, ids, true), { kind: "failed" });
  });
});
