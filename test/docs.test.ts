import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..");
const FAULTS = 47;

interface Named {
  readonly file: string;
  readonly title: string;
}

/** The table's rows: a fault's number, and the tests it names. */
function rowsOf(text: string): { number: number; tests: Named[]; open: boolean }[] {
  return text
    .split("\n")
    .filter((line) => /^\| \d+ \|/.test(line))
    .map((line) => {
      const cells = line.split(" | ");
      const tests = (cells[3] ?? "").replace(/ \|$/, "");
      return {
        number: Number((cells[0] ?? "").slice(2)),
        open: tests.startsWith("open: "),
        tests: [...tests.matchAll(/`([^`]+\.test\.ts)`: (.+?)(?=<br>|$)/g)].map(
          ([, file = "", title = ""]) => ({
            file,
            title,
          }),
        ),
      };
    });
}

/** The titles in a test file; values inserted at run time read "…". */
function titlesOf(file: string): string[] {
  const text = readFileSync(
    file.startsWith("packages/") ? join(root, file) : join(root, "test", file),
    "utf8",
  );
  return [...text.matchAll(/\bit\(\s*(["'`])(.*?)\1\s*,/g)].map(([, , title = ""]) =>
    title.replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, "…"),
  );
}

describe("docs/reliability.md", () => {
  const rows = rowsOf(readFileSync(join(root, "docs", "reliability.md"), "utf8"));

  it("has every fault once, with its tests or a note that there are none", () => {
    assert.deepEqual(
      rows.map(({ number }) => number),
      Array.from({ length: FAULTS }, (_, i) => i + 1),
    );
    assert.deepEqual(
      rows.filter(({ tests, open }) => tests.length > 0 === open).map(({ number }) => number),
      [],
    );
  });

  it("names tests that exist", () => {
    const missing = rows.flatMap(({ number, tests }) =>
      tests
        .filter(({ file, title }) => !titlesOf(file).includes(title))
        .map(({ file, title }) => `${number} ${file}: ${title}`),
    );
    assert.deepEqual(missing, []);
  });
});

describe("docs/aws.md", () => {
  it("names tests that exist", () => {
    const text = readFileSync(join(root, "docs", "aws.md"), "utf8");
    const named = [...text.matchAll(/`([^`]+\.(?:test|suite)\.ts)`: (.+?)(?=<br>| \|)/g)];
    assert.ok(named.length > 10);
    for (const [, file = "", title = ""] of named) assert.ok(titlesOf(file).includes(title), title);
  });
});
