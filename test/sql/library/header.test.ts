import { strict as assert } from "node:assert";
import { ReportFileError } from "../../../sql/library/errors";
import { parseReport } from "../../../sql/library/library";

const valid = [
  "-- name: sample",
  "-- title: Sample",
  "-- description: First sentence.",
  "-- description: Second sentence.",
  "-- feed: crypto",
  "-- window: since until",
  "-- param: since time default 24h | Start",
  "-- param: until time default now | End",
  "-- param: side enum(up, down) default up | Which",
  "-- column: coin_id varchar | Coin",
  "-- column: price double unit USD digits 2 | Price",
  "-- chart: bar x=coin_id y=price",
  "-- note: Leaves nothing out.",
  "SELECT coin_id, price_usd AS price FROM crypto",
  "WHERE dt BETWEEN :since.dt AND :until.dt AND event_time >= :since AND :side = 'up' -- :ignored",
];

const parse = (lines: readonly string[]) =>
  parseReport("sql/crypto/sample.sql", "crypto/sample", lines.join("\n"));
const replaced = (line: number, text: string): string[] =>
  valid.map((old, at) => (at === line - 1 ? text : old));

describe("Report header", () => {
  it("reads every key", () => {
    const report = parse(valid);
    assert.equal(report.name, "sample");
    assert.equal(report.description, "First sentence. Second sentence.");
    assert.deepEqual(report.window, { from: "since", to: "until" });
    assert.deepEqual(report.params[2], {
      name: "side",
      type: "enum",
      default: "up",
      doc: "Which",
      oneOf: ["up", "down"],
      line: 9,
    });
    assert.deepEqual(report.columns[1], {
      name: "price",
      type: "double",
      doc: "Price",
      unit: "USD",
      digits: 2,
    });
    assert.deepEqual(report.chart, { kind: "bar", columns: { x: ["coin_id"], y: ["price"] } });
    assert.deepEqual(report.notes, ["Leaves nothing out."]);
    assert.equal(report.headerLines, 13);
    assert.ok(report.sql.startsWith("SELECT coin_id"));
  });

  it("reads files with Windows line ends", () => {
    const report = parseReport("sql/crypto/sample.sql", "crypto/sample", valid.join("\r\n"));
    assert.equal(report.title, "Sample");
    assert.ok(!report.sql.includes("\r"));
  });

  it('reads "of" of a list, several columns of a chart, and the meaning of an empty result', () => {
    const report = parse([
      ...replaced(12, "-- chart: bar x=coin_id,price y=price").slice(0, 12),
      "-- param: coins list of coin_id default bitcoin | Coins",
      "-- empty: Nothing moved",
      ...valid.slice(12),
      "AND contains(split(:coins, ','), coin_id)",
    ]);
    assert.equal(report.params[3]?.of, "coin_id");
    assert.deepEqual(report.chart?.columns, { x: ["coin_id", "price"], y: ["price"] });
    assert.equal(report.empty, "Nothing moved");
  });

  it("reads the key columns, and refuses one that is not declared", () => {
    assert.deepEqual(parse(valid).keyColumns, []);
    const keyed = (columns: string) => [...valid.slice(0, 11), `-- key: ${columns}`, ...valid.slice(11)];
    assert.deepEqual(parse(keyed("coin_id, price")).keyColumns, ["coin_id", "price"]);
    assert.throws(() => parse(keyed("coin")), /sample.sql:12: unknown column "coin"; known: coin_id, price/);
  });

  const refusals: [string, string[], number, RegExp][] = [
    ["an unknown key", replaced(2, "-- titel: Sample"), 2, /unknown key "titel"; known: name, title/],
    ["a comment without key and value", replaced(2, "-- hello"), 2, /the form "-- key: value"/],
    [
      "a key given twice",
      [...valid.slice(0, 2), ...valid.slice(1)],
      3,
      /"title" appears twice, first in line 2/,
    ],
    [
      "a name that differs from the file's",
      replaced(1, "-- name: other"),
      1,
      /"other" is not the file's, "sample"/,
    ],
    ["a missing key", valid.filter((line) => !line.startsWith("-- title")), 1, /lacks "-- title: …"/],
    ["an unknown feed", replaced(5, "-- feed: nothing"), 1, /unknown feed "nothing"; known: crypto/],
    [
      "a window of a parameter that is not a time",
      replaced(6, "-- window: since side"),
      6,
      /two time parameters/,
    ],
    ["an unknown type", replaced(9, "-- param: side colour default up | Which"), 9, /unknown type "colour"/],
    ["an enum without values", replaced(9, "-- param: side enum default up | Which"), 9, /lists its values/],
    [
      "a parameter without default",
      replaced(9, "-- param: side enum(up, down) | Which"),
      9,
      /needs a default/,
    ],
    [
      "a parameter without description",
      replaced(9, "-- param: side enum(up, down) default up"),
      9,
      /\| description/,
    ],
    [
      "an unknown attribute",
      replaced(11, "-- column: price double colour red | P"),
      11,
      /unknown attribute "colour"/,
    ],
    [
      "a chart of an undeclared column",
      replaced(12, "-- chart: bar x=coin_id y=cost"),
      12,
      /"cost", which is not declared/,
    ],
    [
      "several columns for a chart role that takes one",
      replaced(12, "-- chart: bar x=coin_id y=price,price"),
      12,
      /"price,price", which is not declared/,
    ],
    [
      "a parameter of an undeclared column",
      replaced(9, "-- param: side list of coin default up | Which"),
      9,
      /"side" is of the column "coin", which is not declared/,
    ],
    [
      "an int of a column",
      replaced(9, "-- param: side int of coin_id default 1 | Which"),
      9,
      /only a list or a string can be "of" a column/,
    ],
    ["a chart without its column", replaced(12, "-- chart: bar x=coin_id"), 12, /needs y=<column>/],
    [
      "a parameter declared twice",
      replaced(9, "-- param: since time default 1h | Again"),
      9,
      /"since" is declared twice/,
    ],
    [
      "a parameter never used",
      [...valid.slice(0, 9), "-- param: extra int default 1 | E", ...valid.slice(9)],
      10,
      /"extra" is declared but not used/,
    ],
    ["an undeclared parameter", [...valid, "AND price_usd > :least"], 16, /:least is used but not declared/],
    [
      "a property that the type does not have",
      [...valid, "AND hour > :side.hour"],
      16,
      /:side is a enum and has no .hour/,
    ],
    ["a feed's block without end", [...valid, "-- each feed"], 16, /without "-- end feed"/],
    [
      "an unknown property of a feed",
      [...valid, "AND 1 = {feed.colour}"],
      16,
      /\{feed.colour\} is not known/,
    ],
  ];
  for (const [what, lines, line, message] of refusals)
    it(`refuses ${what}, naming file and line`, () => {
      assert.throws(
        () => parse(lines),
        (error) =>
          error instanceof ReportFileError &&
          error.message.startsWith(`sql/crypto/sample.sql:${line}: `) &&
          message.test(error.message),
      );
    });
});
