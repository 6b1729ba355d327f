import { strict as assert } from "node:assert";
import fc from "fast-check";
import { parseExpression } from "../../../services/glue/expression";

const keys = [
  { Name: "dt", Type: "date" },
  { Name: "hour", Type: "int" },
  { Name: "place", Type: "string" },
];

describe("Partition expressions", () => {
  const cases: readonly (readonly [string, readonly string[], boolean])[] = [
    ["", ["2026-01-01", "5", "x"], true],
    ["hour = 05", ["2026-01-01", "5", "x"], true],
    ["hour > 9", ["2026-01-01", "10", "x"], true],
    ["9 < hour", ["2026-01-01", "10", "x"], true],
    ["dt >= '2026-01-01' and dt < date '2026-02-01'", ["2026-01-31", "0", "x"], true],
    ["place = 'it''s'", ["2026-01-01", "0", "it's"], true],
    ["PLACE like 'n%_k'", ["2026-01-01", "0", "new york"], true],
    ["place not like 'n%'", ["2026-01-01", "0", "new york"], false],
    ["place not in ('a', 'b')", ["2026-01-01", "0", "c"], true],
    ["hour not between 1 and 3", ["2026-01-01", "2", "c"], false],
    ["place is null", ["2026-01-01", "2", "__HIVE_DEFAULT_PARTITION__"], true],
    ["place <> 'a'", ["2026-01-01", "2", "__HIVE_DEFAULT_PARTITION__"], false],
    ["place is not null", ["2026-01-01", "2", ""], true],
    ["hour = 1 or hour = 2 and place = 'no'", ["2026-01-01", "1", "x"], true],
    ["(hour = 1 or hour = 2) and place = 'no'", ["2026-01-01", "1", "x"], false],
    ["not hour = 1", ["2026-01-01", "1", "x"], false],
    ["hour = 1", ["2026-01-01", "not a number", "x"], false],
    ['"hour" = 1', ["2026-01-01", "1", "x"], true],
  ];
  for (const [expression, values, expected] of cases)
    it(`${expression || "nothing"} is ${expected} for ${values.join("/")}`, () => {
      assert.equal(parseExpression(expression, keys)(values), expected);
    });

  for (const expression of [
    "hour",
    "hour = ",
    "= 1",
    "hour = 1 and",
    "(hour = 1",
    "hour = 'x'",
    "hour = 1)",
    "hour ~ 1",
    "hour in ()",
    "other = 1",
  ])
    it(`refuses ${expression}`, () => {
      assert.throws(() => parseExpression(expression, keys), { code: "InvalidInputException" });
    });

  it("equals a model over random conditions", () => {
    interface Node {
      readonly text: string;
      readonly holds: (hour: number, place: string) => boolean;
    }
    const compare: Readonly<Record<string, (a: number, b: number) => boolean>> = {
      "=": (a, b) => a === b,
      "<>": (a, b) => a !== b,
      "<": (a, b) => a < b,
      ">=": (a, b) => a >= b,
    };
    const text = fc.string({ unit: fc.constantFrom("a", "b", "'", "%") });
    const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`;
    const leaf = fc.oneof(
      fc.tuple(fc.constantFrom(...Object.keys(compare)), fc.integer({ min: -3, max: 3 })).map(
        ([operator, n]): Node => ({
          text: `hour ${operator} ${n}`,
          holds: (hour) => compare[operator]?.(hour, n) ?? false,
        }),
      ),
      fc.array(text, { minLength: 1, maxLength: 3 }).map(
        (options): Node => ({
          text: `place IN (${options.map(quoted).join(", ")})`,
          holds: (_, place) => options.includes(place),
        }),
      ),
    );
    const { tree } = fc.letrec<{ tree: Node }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.tuple(tie("tree"), tie("tree")).map(
          ([a, b]): Node => ({
            text: `(${a.text}) AND (${b.text})`,
            holds: (...v) => a.holds(...v) && b.holds(...v),
          }),
        ),
        fc.tuple(tie("tree"), tie("tree")).map(
          ([a, b]): Node => ({
            text: `(${a.text} OR ${b.text})`,
            holds: (...v) => a.holds(...v) || b.holds(...v),
          }),
        ),
        tie("tree").map((a): Node => ({ text: `NOT (${a.text})`, holds: (...v) => !a.holds(...v) })),
      ),
    }));
    fc.assert(
      fc.property(tree, fc.integer({ min: -3, max: 3 }), text, (node, hour, place) => {
        fc.pre(node.text.length < 2000);
        assert.equal(
          parseExpression(node.text, keys)(["2026-01-01", String(hour), place]),
          node.holds(hour, place),
        );
      }),
    );
  });
});
