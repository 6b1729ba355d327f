import { strict as assert } from "node:assert";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { laneOf, PACK_BYTES, pack } from "../../data/records/pack";
import { unpack } from "../../data/records/unpack";

const valuesOf = (data: Uint8Array) =>
  unpack(data).map((line) => (line.ok ? line.value : { refused: line.reason }));
const events = fc.array(
  fc.record({
    key: fc.string({ maxLength: 4 }),
    n: fc.integer(),
    text: fc.string({ unit: "binary", maxLength: 2000 }),
  }),
  { maxLength: 60 },
);

describe("pack", () => {
  it("keeps every event, in its lane's order, in packs within one PUT unit", () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 8 }), (all, lanes) => {
        const sent = JSON.parse(JSON.stringify(all.map((event, i) => ({ ...event, i })))) as {
          key: string;
          i: number;
        }[];
        const { packs, tooLarge } = pack(
          sent.map((event) => ({ key: event.key, line: JSON.stringify(event) })),
          lanes,
        );
        assert.deepEqual(tooLarge, []);
        for (const lane of Array.from({ length: lanes }, (_, i) => i)) {
          const received = packs
            .filter(({ partitionKey }) => partitionKey === String(lane))
            .flatMap(({ data }) => valuesOf(data));
          assert.deepEqual(
            received,
            sent.filter(({ key }) => laneOf(key, lanes) === lane),
          );
        }
        for (const { data } of packs) {
          assert.ok(data.length <= PACK_BYTES);
          assert.equal(data.at(-1), 0x0a);
        }
      }),
    );
  });

  it("puts an event larger than a pack into a separate record, and refuses one larger than a record", () => {
    const line = (length: number) => JSON.stringify("x".repeat(length - 2));
    const result = pack(
      [
        { key: "a", line: line(10) },
        { key: "a", line: line(30_000) },
        { key: "a", line: line(1_048_576) },
      ],
      1,
    );
    assert.deepEqual(
      result.packs.map(({ data }) => data.length),
      [11, 30_001],
    );
    assert.deepEqual(
      result.tooLarge.map(({ length }) => length),
      [1_048_576],
    );
  });

  it("fills the PUT units it pays for", () => {
    const line = JSON.stringify({ coin: "bitcoin", price: 1, pad: "x".repeat(82) });
    const { packs } = pack(
      Array.from({ length: 17_000 }, (_, i) => ({ key: `coin-${i % 250}`, line })),
      2,
    );
    const floor = Math.ceil((17_000 * (line.length + 1)) / 25_600);
    assert.ok(packs.length <= floor * 1.03, `${packs.length} records for a floor of ${floor}`);
  });
});

describe("unpack", () => {
  const cases: Readonly<Record<string, readonly [Uint8Array, readonly unknown[]]>> = {
    "one event without a newline": [Buffer.from('{"a":1}'), [{ a: 1 }]],
    "blank lines, CRLF and a missing final newline": [
      Buffer.from('\n{"a":1}\r\n\n  \n{"a":2}'),
      [{ a: 1 }, { a: 2 }],
    ],
    "a byte order mark": [Buffer.from('\uFEFF{"a":1}\n'), [{ a: 1 }]],
    gzip: [gzipSync('{"a":1}\n{"a":2}\n'), [{ a: 1 }, { a: 2 }]],
    "objects glued together": [
      Buffer.from('{"a":"}{"}{"a":{"b":"\\"}"}}\n{"a":3}'),
      [{ a: "}{" }, { a: { b: '"}' } }, { a: 3 }],
    ],
    "an object over several lines": [Buffer.from('{\n  "a": 1\n}\n'), [{ a: 1 }]],
    "an object over several lines after a byte order mark": [Buffer.from('\uFEFF{\n"a": 1\n}'), [{ a: 1 }]],
    "a bad line among good ones": [
      Buffer.from('{"a":1}\nnonsense\n{"a":2}\n'),
      [{ a: 1 }, { refused: "not JSON" }, { a: 2 }],
    ],
    "a cut object after a whole one": [Buffer.from('{"a":1}{"a":\n'), [{ a: 1 }, { refused: "not JSON" }]],
    "a line that is not UTF-8": [
      Buffer.concat([
        Buffer.from('{"a":1}\n'),
        Buffer.from([0x7b, 0xff, 0x7d, 0x0a]),
        Buffer.from('{"a":2}\n'),
      ]),
      [{ a: 1 }, { refused: "not UTF-8" }, { a: 2 }],
    ],
    "broken gzip": [Buffer.from([0x1f, 0x8b, 1, 2]), [{ refused: "starts like gzip and does not inflate" }]],
    nothing: [new Uint8Array(0), []],
  };
  for (const [name, [data, expected]] of Object.entries(cases))
    it(`reads ${name}`, () => {
      assert.deepEqual(valuesOf(data), expected);
    });

  for (const unfinished of ['{"a":', "[1,"])
    it(`does not read a record of lines such as ${unfinished} over and over`, () => {
      const text = `${unfinished}\n`.repeat(500);
      const { parse } = JSON;
      let characters = 0;
      JSON.parse = (given: string) => {
        characters += given.length;
        return parse(given);
      };
      try {
        assert.equal(unpack(Buffer.from(text)).length, 500);
      } finally {
        JSON.parse = parse;
      }
      assert.ok(characters < 10 * text.length, `${characters} characters parsed of ${text.length}`);
    });

  it("does not inflate without end", () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024 + 1, "\n"));
    assert.deepEqual(unpack(bomb), [
      { ok: false, raw: bomb, reason: "starts like gzip and does not inflate" },
    ]);
  });

  it("reads whole numbers above 2^53 as text with all their digits, and leaves texts and other numbers alone", () => {
    const text =
      '{"id":1050118621198921728,"ids":[-9007199254740993, 9007199254740991],"q":": 1050118621198921728, \\\\",' +
      '"ratio":0.1234567890123456,"large":1500000000000000000000.0,"far":1e300}';
    assert.deepEqual(unpack(Buffer.from(text)), [
      {
        ok: true,
        value: {
          id: "1050118621198921728",
          ids: ["-9007199254740993", 9007199254740991],
          q: ": 1050118621198921728, \\",
          ratio: 0.1234567890123456,
          large: 1.5e21,
          far: 1e300,
        },
        text,
      },
    ]);
  });

  it("keeps refused bytes as they were", () => {
    const [line] = unpack(Buffer.from([0xff, 0xfe]));
    assert.deepEqual(line, { ok: false, raw: Buffer.from([0xff, 0xfe]), reason: "not UTF-8" });
  });

  it("finds every object and every bad line, however a producer strings them together", () => {
    const objects = fc
      .dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 })
      .map((value) => ({
        text: JSON.stringify(value),
        found: JSON.parse(JSON.stringify(value)) as unknown,
      }));
    const apart = fc.constantFrom("\n", "\r\n", "\n\n \n");
    const glued = fc.constantFrom("", " ", "\n", ",");
    const bad = fc
      .stringMatching(/^[a-z:,. ]*[a-z][a-z:,. ]*$/)
      .filter((text) => !/^\s*(?:true|false|null)\s*$/.test(text));
    const part = fc.oneof(
      fc
        .tuple(fc.array(fc.tuple(objects, glued), { minLength: 1, maxLength: 3 }), apart)
        .map(([all, end]) => ({
          text: all.map(([{ text }, after], i) => text + (i < all.length - 1 ? after : end)).join(""),
          found: all.map(([{ found }]) => found),
        })),
      fc.tuple(bad, apart).map(([text, end]) => ({ text: text + end, found: [{ refused: "not JSON" }] })),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.constantFrom("", "\uFEFF"), (parts, mark) => {
        const data = Buffer.from(mark + parts.map(({ text }) => text).join(""));
        const found = parts.flatMap((each) => each.found);
        assert.deepEqual(valuesOf(data), found);
        assert.deepEqual(valuesOf(gzipSync(data)), found);
      }),
    );
  });

  it("never throws on arbitrary bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void unpack(bytes)));
  });
});
