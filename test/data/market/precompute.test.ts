import { strict as assert } from "node:assert";
import { setImmediate as turn } from "node:timers/promises";
import { NextAnswer } from "../../../data/market/precompute";

describe("A market asked at a steady step", () => {
  it("has the next page ready, and the right one whatever is asked instead", async () => {
    const nextAnswer = new NextAnswer<string>();
    const made: string[] = [];
    const ask = async (url: string, at: number) => {
      const body = nextAnswer.answer(url, at, (instant) => {
        made.push(`${url}@${instant}`);
        return `${url}@${instant}`;
      });
      await turn();
      return body;
    };
    assert.equal(await ask("/a", 100), "/a@100");
    assert.deepEqual(made, ["/a@100"]);
    assert.equal(await ask("/a", 200), "/a@200");
    assert.deepEqual(made, ["/a@100", "/a@200", "/a@300"]);
    assert.equal(await ask("/a", 300), "/a@300");
    assert.deepEqual(made.slice(3), ["/a@400"]);
    assert.equal(await ask("/a", 350), "/a@350");
    assert.equal(await ask("/b", 400), "/b@400");
    assert.equal(await ask("/a", 450), "/a@450");
    assert.equal(await ask("/a", 450), "/a@450");
    assert.equal(await ask("/a", 440), "/a@440");
  });
});
