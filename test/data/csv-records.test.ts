import { strict as assert } from "node:assert";
import { csvRecords } from "../../data/feeds/csv-records";

const read = (text: string) =>
  [...csvRecords(text)].map((record) =>
    "reason" in record ? [record.number, record.reason] : [record.number, record.fields],
  );

describe("csvRecords", () => {
  it("reads quoted fields, doubled quotes, line breaks in quotes, CRLF, a BOM and blank lines", () => {
    assert.deepEqual(read('\uFEFFa,b\r\n\r\n"x, ""y""",\r\n"two\nlines",2\nlast,""'), [
      [1, ["a", "b"]],
      [3, ['x, "y"', ""]],
      [4, ["two\nlines", "2"]],
      [6, ["last", ""]],
    ]);
  });

  it("reports a stray quote with its own line, and reads all other lines", () => {
    assert.deepEqual(read('a,b\n"open,1\n2,"x ""y"", z"\n3,"d"e\n4,5" pipe\n6,7\n'), [
      [1, ["a", "b"]],
      [2, "has a quote that is not closed"],
      [3, ["2", 'x "y", z']],
      [4, "has text after a closing quote"],
      [5, ["4", '5" pipe']],
      [6, ["6", "7"]],
    ]);
  });

  it("does not join lines into a record of another width", () => {
    assert.deepEqual(read('a,b,c\n1,"x,2\n3,4",5,6\n7,8,9\n'), [
      [1, ["a", "b", "c"]],
      [2, "has a quote that is not closed"],
      [3, ["3", '4"', "5", "6"]],
      [4, ["7", "8", "9"]],
    ]);
  });

  it("does not read past 200 lines for a closing quote", () => {
    const text = `a,b\n"open,1\n${"1,2\n".repeat(300)}3,"closed"\n`;
    assert.equal(read(text).length, 303);
  });
});
