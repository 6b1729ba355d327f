import { strict as assert } from "node:assert";
import { type Column, type FeedDefinition, feeds } from "../../data/feeds";
import { brokenHistory, type ColumnHistory, columnHistory } from "../../data/feeds/column-history";
import committed from "../../data/feeds/column-history.json";

const histories = committed as unknown as Readonly<Record<string, ColumnHistory>>;
type Columns = readonly (readonly [name: string, column: Column])[];
const venue = ["venue", { type: "string", nullable: true, doc: "" }] as const;

describe("A contract's committed history", () => {
  for (const feed of Object.values(feeds)) {
    const now: Columns = Object.entries(feed.columns);
    const [first, second, third, ...rest] = now;
    if (!first || !second || !third) throw new Error(`${feed.name} has too few columns`);
    const [[firstName], [secondName, column]] = [first, second];
    const changed = (columns: Columns) => {
      const other: FeedDefinition = { ...feed, columns: Object.fromEntries(columns) };
      return brokenHistory(other, columnHistory(feed));
    };
    const nullableAt = now.findIndex(([, { nullable }]) => nullable);
    const nullableName = now[nullableAt]?.[0] ?? assert.fail();

    describe(`of ${feed.name}`, () => {
      it("is kept", () => {
        assert.equal(brokenHistory(feed, histories[feed.name] ?? assert.fail("not committed")), undefined);
      });

      it("allows a nullable column at the end", () => {
        assert.equal(changed([...now, venue]), undefined);
      });

      for (const [name, columns, problem] of [
        [
          "a removed column",
          [first, third, ...rest],
          `column ${secondName} is missing at position 2; columns are never removed or renamed`,
        ],
        [
          "a removed last column",
          now.slice(0, -1),
          `column ${now.at(-1)?.[0]} is missing at position ${now.length}; columns are never removed or renamed`,
        ],
        [
          "a renamed column",
          [first, ["other", column], third, ...rest],
          `column ${secondName} is missing at position 2; columns are never removed or renamed`,
        ],
        [
          "two columns in another order",
          [second, first, third, ...rest],
          `column ${firstName} moved from position 1; new columns go last`,
        ],
        [
          "a column inserted in the middle",
          [first, venue, second, third, ...rest],
          `column ${secondName} moved from position 2; new columns go last`,
        ],
        [
          "a changed type",
          [first, [secondName, { ...column, type: "boolean" }], third, ...rest],
          `column ${secondName} is boolean; it was ${column.type}, and types never change`,
        ],
        [
          "a column that is no longer nullable",
          now.map(([each, { nullable, ...other }]) =>
            each === nullableName ? [each, other] : [each, { ...other, ...(nullable && { nullable }) }],
          ),
          `column ${nullableName} is no longer nullable; files with empty values exist`,
        ],
        [
          "a new column that is not nullable",
          [...now, ["venue", { type: "string", doc: "" }]],
          "new column venue must be nullable; existing files do not have it",
        ],
      ] as const satisfies readonly (readonly [string, Columns, string])[])
        it(`refuses ${name}`, () => {
          assert.equal(changed(columns), problem);
        });
    });
  }
});
