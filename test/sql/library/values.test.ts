import { strict as assert } from "node:assert";
import fc from "fast-check";
import type { Parameter } from "../../../sql/library/model";
import { readTime } from "../../../sql/library/times";
import { readValue } from "../../../sql/library/values";

const now = Date.parse("2026-03-01T12:34:56.789Z");
const param = (type: Parameter["type"], more: Partial<Parameter> = {}): Parameter => ({
  name: "some_value",
  type,
  default: "",
  doc: "",
  line: 1,
  ...more,
});
const literal = (declared: Parameter, text: string) => readValue(declared, text, now).literals[""];

describe("Times", () => {
  const readings: [string, string | undefined][] = [
    ["now", "2026-03-01T12:34:56.789Z"],
    ["today", "2026-03-01T00:00:00.000Z"],
    ["yesterday", "2026-02-28T00:00:00.000Z"],
    ["24h", "2026-02-28T12:34:56.789Z"],
    ["now-15m", "2026-03-01T12:19:56.789Z"],
    ["2w", "2026-02-15T12:34:56.789Z"],
    ["2026-01-31", "2026-01-31T00:00:00.000Z"],
    ["2026-01-31T10:20", "2026-01-31T10:20:00.000Z"],
    ["2026-01-31 10:20:30.5Z", "2026-01-31T10:20:30.500Z"],
    ["2026-01-31T10:20+02:00", "2026-01-31T08:20:00.000Z"],
    ["2024-02-29", "2024-02-29T00:00:00.000Z"],
    ["2026-02-29", undefined],
    ["2026-04-31", undefined],
    ["2026-13-01", undefined],
    ["2026-01-31T25:00", undefined],
    ["24", undefined],
    ["24y", undefined],
    ["999999w", undefined],
    ["' OR 1=1", undefined],
    ["", undefined],
  ];
  for (const [text, expected] of readings)
    it(`reads "${text}" as ${expected}`, () => {
      const instant = readTime(text, now);
      assert.equal(instant === undefined ? undefined : new Date(instant).toJSON(), expected);
    });
});

describe("Parameter values", () => {
  it("gives a time its partition's bounds", () => {
    assert.deepEqual(readValue(param("time"), "2026-01-31T23:59:59Z", now), {
      shown: "2026-01-31 23:59:59.000 UTC",
      instant: Date.parse("2026-01-31T23:59:59Z"),
      literals: { "": "TIMESTAMP '2026-01-31 23:59:59.000'", dt: "'2026-01-31'", hour: "'23'" },
    });
  });

  it("writes numbers as DOUBLE, never as DECIMAL", () => {
    assert.equal(literal(param("number"), "1.5"), "1.5E0");
    assert.equal(literal(param("number"), "-0.00012"), "-1.2E-4");
    assert.equal(literal(param("number"), "250000"), "2.5E5");
  });

  it("writes durations as seconds", () => {
    assert.equal(literal(param("duration"), "15m"), "900");
  });

  it("writes a list as one literal", () => {
    assert.equal(literal(param("list"), " bitcoin, o'coin ,,eth "), "'bitcoin,o''coin,eth'");
  });

  const refusals: [Parameter, string, RegExp][] = [
    [
      param("int", { min: "1", max: "10" }),
      "11",
      /--some-value takes a whole number from 1 to 10, not "11"$/,
    ],
    [param("int"), "1; DROP TABLE x", /whole number/],
    [param("int"), "1.5", /whole number/],
    [param("number", { max: "1" }), "1.01", /a number from -Infinity to 1/],
    [param("number"), "Infinity", /a number/],
    [param("number"), "0x10", /a number/],
    [param("enum", { oneOf: ["up", "down"] }), "up' OR 'a'='a", /one of up, down/],
    [param("duration", { min: "1m" }), "30s", /a duration from 1m to 52w/],
    [param("string"), "a\u0000b", /without control characters/],
    [param("string"), "\ud800", /without control characters/],
    [param("string"), "'".repeat(512), /at most 1024 characters once quoted/],
    [param("time"), "soon", /now, today, yesterday/],
  ];
  for (const [declared, text, message] of refusals)
    it(`refuses ${JSON.stringify(text.slice(0, 20))} as ${declared.type}`, () => {
      assert.throws(() => readValue(declared, text, now), message);
    });

  it("turns any text into a literal of its type or refuses it", () => {
    const shapes: Record<Parameter["type"], RegExp> = {
      time: /^TIMESTAMP '[-0-9: .]+'$/,
      duration: /^\d+$/,
      int: /^-?\d+$/,
      number: /^-?\d(\.\d+)?E-?\d+$/,
      enum: /^'[a-z]+'$/,
      string: /^'(?:[^']|'')*'$/u,
      list: /^'(?:[^']|'')*'$/u,
    };
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string(),
      fc.double().map(String),
      fc.integer().map(String),
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(shapes)), text, (type, value) => {
        const known = type as Parameter["type"];
        try {
          assert.match(literal(param(known, { oneOf: ["up"] }), value) ?? "", shapes[known]);
        } catch (error) {
          if (!(error instanceof Error) || !/^--some-value takes/.test(error.message)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});
