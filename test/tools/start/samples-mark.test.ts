import { strict as assert } from "node:assert";
import { join } from "node:path";
import { sendOnce } from "../../../tools/start/samples";
import { temporaryDirectory } from "../../support/temporary";

describe("sendOnce", () => {
  const root = temporaryDirectory();
  after(root.remove);

  it("sends once", async () => {
    const dir = join(root.path, "whole");
    const sent: number[] = [];
    const send = async (asOf: number) => void sent.push(asOf);
    await sendOnce(dir, 1000, send);
    await sendOnce(dir, 2000, send);
    assert.deepEqual(sent, [1000]);
  });

  it("sends again as of the same instant after an interruption", async () => {
    const dir = join(root.path, "broken");
    const sent: number[] = [];
    const send = async (asOf: number) => {
      sent.push(asOf);
      if (sent.length < 3) throw new Error("killed");
    };
    for (const now of [1000, 2000]) await assert.rejects(sendOnce(dir, now, send), /^Error: killed$/);
    for (const now of [3000, 4000]) await sendOnce(dir, now, send);
    assert.deepEqual(sent, [1000, 1000, 1000]);
  });
});
