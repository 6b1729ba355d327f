import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { feeds } from "../../../data/feeds";
import { RECORD_BYTES } from "../../../data/records/pack";
import { unpack } from "../../../data/records/unpack";
import { readFile } from "../../../tools/replay/read-file";
import { replay } from "../../../tools/replay/replay";
import { temporaryDirectory } from "../../support/temporary";

const stocks = feeds.stocks ?? assert.fail();
const ARRIVAL = "2026-01-02T03:04:05.000Z";
const good = { ticker_symbol: "ALY", sector: null, change: null, price: 26.5, event_time: ARRIVAL };

describe("replay", () => {
  const dir = temporaryDirectory();
  after(dir.remove);

  /** The lines that reach the stream when a file with this content is replayed. */
  async function linesSent(content: string): Promise<string[]> {
    const path = join(dir.path, "file");
    writeFileSync(path, content);
    const sent: string[] = [];
    const kinesis = {
      send: async ({ input }: { input: { Records: readonly { Data: Uint8Array }[] } }) => {
        sent.push(...input.Records.map(({ Data }) => Buffer.from(Data).toString("utf8")));
        return { Records: input.Records.map(() => ({})) };
      },
    };
    const options = { stream: "s", feed: stocks, lanes: 1, signal: new AbortController().signal };
    await replay(readFile(path, stocks, ARRIVAL), { ...options, kinesis: kinesis as never });
    return sent.join("").trimEnd().split("\n");
  }

  it("sends an invalid line of JSON as it stands in the file, so that quarantine has its reason and redrive its bytes", async () => {
    const invalid = '{"ticker_symbol":"BIG", "price":-5,"trade_id":1050118621198921728}';
    assert.deepEqual(await linesSent(`${JSON.stringify(good)}\n${invalid}\nthis is no JSON\n`), [
      JSON.stringify(good),
      invalid,
      "this is no JSON",
    ]);
  });

  it("sends an invalid line of a JSON array and of CSV as an object with the given names", async () => {
    assert.deepEqual(await linesSent('[{"symbol":"BIG",\n"price":-5}]'), ['{"symbol":"BIG","price":-5}']);
    assert.deepEqual(await linesSent("symbol,price\nBIG,-5\n"), ['{"symbol":"BIG","price":"-5"}']);
  });

  it("sends an invalid line longer than a record truncated, for quarantine", async () => {
    const sent: Uint8Array[] = [];
    const kinesis = {
      send: async ({ input }: { input: { Records: readonly { Data: Uint8Array }[] } }) => {
        sent.push(...input.Records.map(({ Data }) => Data));
        return { Records: input.Records.map(() => ({})) };
      },
    };
    async function* rows() {
      yield { number: 1, result: { ok: true, row: good } as const, given: good };
      yield {
        number: 2,
        result: { ok: false, column: "sector", value: null, reason: "not a text" } as const,
        given: { sector: ["é".repeat(RECORD_BYTES / 2)] },
      };
    }
    const options = { stream: "s", feed: stocks, lanes: 1, signal: new AbortController().signal };
    const { bytes, seconds, ...replayed } = await replay(rows(), { ...options, kinesis: kinesis as never });
    assert.ok(bytes > 0 && seconds >= 0);
    assert.deepEqual(replayed, { rows: 1, refused: 1, records: 1 });
    assert.ok(sent.every(({ length }) => length <= RECORD_BYTES));
    const values = sent.flatMap((data) => unpack(data)).map((line) => line.ok && line.value);
    assert.deepEqual(values[0], good);
    const { line, given, cut } = values[1] as { line: number; given: string; cut: boolean };
    assert.deepEqual([line, given.slice(0, 14), given.length, cut], [2, '{"sector":["éé', 2048, true]);
  });
});
