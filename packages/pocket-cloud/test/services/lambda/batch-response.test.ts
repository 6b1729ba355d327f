import { strict as assert } from "node:assert";
import { batchResult } from "../../../services/lambda/polling/batch-response";

const ids = ["1", "2", "3"];
const resultOf = (payload: string) => batchResult({ failed: false, payload }, ids, true);

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
    it(`${payload} is success`, () => assert.deepEqual(resultOf(payload), { kind: "succeeded" }));

  for (const failures of [
    '[{"itemIdentifier":""}]',
    '[{"itemIdentifier":null}]',
    '[{"itemIdentifier":"9"}]',
    '[{"id":"2"}]',
    "[null]",
    '"2"',
  ])
    it(`failures ${failures} fail the whole batch`, () =>
      assert.deepEqual(resultOf(`{"batchItemFailures":${failures}}`), { kind: "failed" }));

  it("the batch failed from the first reported entry on", () => {
    assert.deepEqual(resultOf('{"batchItemFailures":[{"itemIdentifier":"3"},{"itemIdentifier":"2"}]}'), {
      kind: "failed from",
      index: 1,
    });
  });

  it("without ReportBatchItemFailures any response is success", () => {
    assert.deepEqual(
      batchResult({ failed: false, payload: '{"batchItemFailures":[{"itemIdentifier":"1"}]}' }, ids, false),
      { kind: "succeeded" },
    );
  });

  it("an exception fails the batch", () => {
    assert.deepEqual(batchResult({ failed: true, payload: "{}" }, ids, true), { kind: "failed" });
  });
});
