import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { csvCharacters, parseLine } from "../../../../../services/athena/sources/text/open-csv";
import { inspect } from "../../../../../services/athena/sources/text/plain-csv";

const usual = csvCharacters({});

describe("OpenCSVSerde", () => {
  for (const [line, fields] of [
    ["a,b,", ["a", "b", ""]],
    ["", []],
    ['"a,""b""",c', ['a,"b"', "c"]],
    ["C:\\temp,x", ["C:temp", "x"]],
    ['"a\\"b",x', ['a"b', "x"]],
    ["a\\\\b", ["a\\b"]],
    ['ab"cd"e,f', ['abcd"e', "f"]],
    ['abcd"e,f"g', ['abcd"e,f"g']],
    ['1,   "x"', ["1", "x"]],
    ['1,"never ends', ["1"]],
  ] as const)
    it(`reads ${line || "an empty line"} as its reader does`, () =>
      assert.deepEqual(parseLine(line, usual), fields));

  it("uses the first character of each property, and a backslash if the escape is a quote", () =>
    assert.deepEqual(csvCharacters({ separatorChar: ";;", quoteChar: "'", escapeChar: '"' }), {
      separator: ";",
      quote: "'",
      escaping: "\\",
    }));
});

describe("plain CSV", () => {
  const dir = mkdtempSync(join(tmpdir(), "plain-csv-"));
  const path = join(dir, "file.csv");
  const plain = async (text: string) => {
    writeFileSync(path, text);
    return (await inspect(path, false, usual)).isPlain;
  };
  after(() => rmSync(dir, { recursive: true }));

  it("has quotes around whole fields", async () => {
    for (const text of ["", "a,b\nc,d\n", 'a,"b ""c"", d"\n"",""\n', '"x"'])
      assert.equal(await plain(text), true, text);
  });

  it("has no escapes, carriage returns, empty lines, quotes inside fields or line breaks inside quotes", async () => {
    for (const text of [
      "a\\b\n",
      "a\r\nb\n",
      "a\n\nb\n",
      "\na\n",
      'a"b"\n',
      '"a"b\n',
      '"a\nb"\n',
      '"a',
      '""""a',
    ])
      assert.equal(await plain(text), false, text);
  });

  it("reads line by line as RFC 4180 does", async () => {
    const text = fc.array(fc.constantFrom("a", "b", ",", '"', " ", "\n", "\\", "é"), { maxLength: 24 });
    await fc.assert(
      fc.asyncProperty(text, async (characters) => {
        const body = characters.join("");
        if (body === "" || !(await plain(body))) return;
        const expected = parse(body, { relax_column_count: true, skip_empty_lines: false }) as string[][];
        const lines = body.endsWith("\n") ? body.slice(0, -1) : body;
        assert.deepEqual(
          lines.split("\n").map((line) => parseLine(line, usual)),
          expected,
        );
      }),
      { numRuns: 500 },
    );
  });
});
