import { strict as assert } from "node:assert";
import { gzipSync } from "node:zlib";
import type { TableInput } from "@aws-sdk/client-glue";
import { furnish, OPEN_CSV, startWorld, type World } from "./harness";

const OPENX = "org.openx.data.jsonserde.JsonSerDe";
const HIVE_JSON = "org.apache.hive.hcatalog.data.JsonSerDe";
const LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe";

interface Case {
  readonly what: string;
  readonly serde: string;
  readonly parameters?: Record<string, string>;
  readonly table?: Record<string, string>;
  readonly columns: readonly (readonly [string, string])[];
  readonly body: string;
  readonly gzip?: boolean;
  /** Rows after the header, or the reason of the failure. */
  readonly expected: readonly (readonly (string | null)[])[] | RegExp;
}

const cases: readonly Case[] = [
  {
    what: "OpenCSV: quotes, doubled quotes, commas, empty texts and short rows",
    serde: OPEN_CSV,
    columns: [
      ["a", "string"],
      ["b", "string"],
      ["c", "string"],
    ],
    body: '1,"x, ""y""",\n2,plain\n3,"","é"\n',
    expected: [
      ["1", 'x, "y"', ""],
      ["2", "plain", null],
      ["3", "", "é"],
    ],
  },
  {
    what: "OpenCSV: another separator and quote, a header to skip",
    serde: OPEN_CSV,
    parameters: { separatorChar: ";", quoteChar: "'" },
    table: { "skip.header.line.count": "1" },
    columns: [
      ["a", "string"],
      ["b", "bigint"],
    ],
    body: "a;b\n'x;y';5\nz;\n",
    expected: [
      ["x;y", "5"],
      ["z", null],
    ],
  },
  {
    what: "OpenCSV: backslashes that escape nothing go, and pairs of them become one",
    serde: OPEN_CSV,
    columns: [
      ["a", "string"],
      ["b", "int"],
    ],
    body: 'C:\\temp,1\n"a,\\\\b",\\2\n',
    expected: [
      ["C:temp", "1"],
      ["a,\\b", "2"],
    ],
  },
  {
    what: "OpenCSV: a quote as escape character means backslash; unclosed quotes lose the field",
    serde: OPEN_CSV,
    parameters: { escapeChar: '"' },
    columns: [
      ["a", "string"],
      ["b", "string"],
    ],
    body: '"a\\"b",1\n2,"c\\"\n',
    expected: [
      ["2", null],
      ['a"b', "1"],
    ],
  },
  {
    what: "OpenCSV: quotes inside fields, line breaks in quotes, carriage returns and empty lines",
    serde: OPEN_CSV,
    columns: [
      ["a", "string"],
      ["b", "string"],
    ],
    body: 'abcd"e"f,1\r\n\r\n2,  "x"\r3,"y\nz",4\n',
    expected: [
      ["2", "x"],
      ["3", null],
      ['abcd"e"f', "1"],
      [null, null],
      [null, null],
    ],
  },
  {
    what: "OpenCSV: equal special characters are refused",
    serde: OPEN_CSV,
    parameters: { separatorChar: "\\" },
    columns: [["a", "string"]],
    body: "x\n",
    expected: /^HIVE_INVALID_METADATA: The separator, quote, and escape characters must be different/,
  },
  {
    what: "OpenCSV: a control character for escapes leaves backslashes alone",
    serde: OPEN_CSV,
    parameters: { escapeChar: "\u0001" },
    columns: [
      ["a", "string"],
      ["b", "string"],
    ],
    body: 'C:\\dir\\,"say \\""x\\"""\n"\\",\\\n',
    expected: [
      ["C:\\dir\\", 'say \\"x\\"'],
      ["\\", "\\"],
    ],
  },
  {
    what: "OpenCSV: gzip by suffix",
    serde: OPEN_CSV,
    columns: [["a", "string"]],
    body: "zipped\n",
    gzip: true,
    expected: [["zipped"]],
  },
  {
    what: "OpenCSV: an invalid number fails",
    serde: OPEN_CSV,
    columns: [["a", "int"]],
    body: "x\n",
    expected: /^HIVE_BAD_DATA: Error parsing field value 'x' for field a: not a integer/,
  },
  {
    what: "LazySimple: no quoting, NULL for invalid values",
    serde: LAZY,
    parameters: { "field.delim": "\t" },
    columns: [
      ["a", "string"],
      ["b", "double"],
      ["c", "boolean"],
      ["d", "timestamp"],
      ["e", "decimal(5,2)"],
    ],
    body: '"x"\t1.5\tTRUE\t2026-01-01 00:00:00.5\t3.14\n\\N\tx\tno\t\t\n',
    expected: [
      ['"x"', "1.5", "true", "2026-01-01 00:00:00.500", "3.14"],
      [null, null, null, null, null],
    ],
  },
  {
    what: "OpenCSV: a fraction is not an integer",
    serde: OPEN_CSV,
    columns: [["a", "int"]],
    body: "1.5\n",
    expected: /^HIVE_BAD_DATA: Error parsing field value '1\.5' for field a: not a integer/,
  },
  {
    what: "LazySimple: escaped separators, short rows, NULL before escapes are removed",
    serde: LAZY,
    parameters: { "field.delim": ",", "escape.delim": "\\" },
    columns: [
      ["a", "string"],
      ["b", "double"],
      ["c", "string"],
    ],
    body: "x\\,y,1.5,C:\\\\temp\n\\N,,\nz\n,2,\\\\N\n",
    expected: [
      ["", "2.0", "\\N"],
      ["x,y", "1.5", "C:\\temp"],
      ["z", null, null],
      [null, null, ""],
    ],
  },
  {
    what: "LazySimple: integers drop fractions, timestamps are Hive's or ISO 8601 without a zone",
    serde: LAZY,
    parameters: { "field.delim": "," },
    columns: [
      ["a", "int"],
      ["b", "double"],
      ["c", "timestamp"],
      ["d", "date"],
      ["e", "binary"],
    ],
    body: "1.9,1_0,2026-01-01T10:00:00,2026-01-02 03:04:05,AQI=\n-7,inf,2026-01-01T10:00:00Z,x,\n1e3,1e3,2026-01-01,2026-1-2,\n99999999999, 1.5 ,2026-01-01 1:2:3.5,,\n",
    expected: [
      ["-7", null, null, null, ""],
      ["1", null, "2026-01-01 10:00:00.000", "2026-01-02", "01 02"],
      [null, "1000.0", "2026-01-01 00:00:00.000", "2026-01-02", ""],
      [null, "1.5", "2026-01-01 01:02:03.500", null, ""],
    ],
  },
  {
    what: "openx JSON: numbers as written, integers without fraction, all forms of timestamps",
    serde: OPENX,
    columns: [
      ["s", "string"],
      ["n", "bigint"],
      ["b", "boolean"],
      ["t", "timestamp"],
      ["d", "decimal(30,2)"],
    ],
    body: `{"s":1.50,"n":1.9,"b":true,"t":"2026-01-01T10:00:00Z","d":12345678901234567890.125}
{"s":12345678901234567890123,"n":1e3,"b":1,"t":"2026-01-01T10:00:00+02:00","d":"1.5"}
{"s":{"x":1},"n":"-7","b":"TRUE","t":1767225600,"d":null}
{"s":true,"n":0,"b":"x","t":1767225600123}
`,
    expected: [
      ["1.50", "1", "true", "2026-01-01 10:00:00.000", "12345678901234567890.13"],
      ["12345678901234567890123", "1000", "false", "2026-01-01 08:00:00.000", "1.50"],
      ["true", "0", "false", "2026-01-01 00:00:00.123", null],
      ['{"x":1}', "-7", "true", "2026-01-01 00:00:00.000", null],
    ],
  },
  {
    what: "openx JSON: a number with a leading zero fails",
    serde: OPENX,
    columns: [["n", "int"]],
    body: '{"n":"010"}\n',
    expected: /^HIVE_BAD_DATA: .*not a integer/,
  },
  {
    what: "openx JSON: an array as a row is refused",
    serde: OPENX,
    columns: [["array", "array<struct<a:int>>"]],
    body: '[{"a":1},{"a":2}]\n',
    expected: /^NOT_SUPPORTED: a JSON array as a row is not supported by the embedded cloud/,
  },
  {
    what: "a table without columns",
    serde: OPENX,
    columns: [],
    body: "{}\n",
    expected: /^COLUMN_NOT_FOUND: line 1:8: SELECT \* not allowed from relation that has no columns/,
  },
  {
    what: "hive JSON: a timestamp with a zone fails",
    serde: HIVE_JSON,
    columns: [["t", "timestamp"]],
    body: '{"t":"2026-01-01T10:00:00Z"}\n',
    expected: /^HIVE_BAD_DATA: /,
  },
  {
    what: "openx JSON: case-insensitive names, nested values, missing members",
    serde: OPENX,
    columns: [
      ["name", "string"],
      ["n", "bigint"],
      ["tags", "array<string>"],
      ["at", "struct<x:int,y:double>"],
      ["gone", "string"],
    ],
    body: '{"Name":"a","N":5,"tags":["x","y"],"at":{"X":1,"y":2.5}}\n\n{"name":"b","n":null}\n',
    expected: [
      ["a", "5", "[x, y]", "{x=1, y=2.5}", null],
      ["b", null, null, null, null],
    ],
  },
  {
    what: "openx JSON: a malformed row fails",
    serde: OPENX,
    columns: [["a", "string"]],
    body: '{"a":"1"}\n{"a":\n',
    expected: /^HIVE_CURSOR_ERROR: Row is not a valid JSON Object/,
  },
  {
    what: "openx JSON: a malformed row is NULL with ignore.malformed.json; a mapped name",
    serde: OPENX,
    parameters: { "ignore.malformed.json": "true", "mapping.a": "the-a" },
    columns: [["a", "string"]],
    body: '{"the-a":"1"}\nnonsense\n',
    expected: [["1"], [null]],
  },
  {
    what: "hive JSON",
    serde: HIVE_JSON,
    columns: [
      ["a", "int"],
      ["m", "map<string,int>"],
    ],
    body: '{"a":1,"m":{"k":2}}\n',
    expected: [["1", "{k=2}"]],
  },
  {
    what: "an unsupported SerDe",
    serde: "com.example.Grok",
    columns: [["a", "string"]],
    body: "x\n",
    expected: /^NOT_SUPPORTED: the SerDe com\.example\.Grok of the table t\d+ is not supported/,
  },
];

describe("SerDes", () => {
  let world: World;
  before(async () => {
    world = await startWorld();
    await furnish(world);
  });
  after(() => world.stop());

  for (const [i, one] of cases.entries())
    it(one.what, async () => {
      const Name = `t${i}`;
      const table: TableInput = {
        Name,
        TableType: "EXTERNAL_TABLE",
        Parameters: { ...one.table },
        StorageDescriptor: {
          Location: `s3://lake/${Name}/`,
          SerdeInfo: { SerializationLibrary: one.serde, Parameters: { ...one.parameters } },
          Columns: one.columns.map(([column, Type]) => ({ Name: column, Type })),
        },
      };
      await world.table(table);
      await world.put(`${Name}/data.txt${one.gzip ? ".gz" : ""}`, one.gzip ? gzipSync(one.body) : one.body);
      await world.put(`${Name}/_hidden`, "not data");
      if (one.expected instanceof RegExp)
        assert.match(
          (await world.run(`SELECT * FROM ${Name}`)).Status?.StateChangeReason ?? "succeeded",
          one.expected,
        );
      else assert.deepEqual((await world.rows(`SELECT * FROM ${Name} ORDER BY 1`)).slice(1), one.expected);
    });
});
