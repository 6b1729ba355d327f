import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type GeneratedCase, generate } from "./generate";
import { type Answer, type RecordedCase, readRecorded, writeRecorded } from "./recorded";

/**
 * `record.ts cases FILE` writes the generated queries that have no recorded answer, one JSON string a line, for
 * oracle/Oracle.java. `record.ts answers CASES ANSWERS` adds its answers to recorded.jsonl.gz.
 */
const SEED = 20;
const [action, file = "", answersFile = ""] = process.argv.slice(2);

const known = new Map<string, Answer>(readRecorded().map(({ sql, answer }) => [sql, answer]));
const cases = generate(SEED);

if (action === "cases")
  writeFileSync(
    file,
    lines(cases.filter(({ sql }) => !known.has(sql)).map(({ sql }) => JSON.stringify(sql))),
  );
else if (action === "answers" && existsSync(answersFile)) {
  const queries = read(file).map((line) => JSON.parse(line) as string);
  for (const [i, line] of read(answersFile).entries()) {
    const { message: _message, ...answer } = JSON.parse(line) as Answer & { readonly message?: string };
    known.set(queries[i] ?? "", answer as Answer);
  }
  writeRecorded(cases.flatMap(recorded));
} else throw new Error("usage: record.ts cases FILE, or record.ts answers CASES ANSWERS");

function recorded({ kind, sql }: GeneratedCase): RecordedCase[] {
  const answer = known.get(sql);
  if (!answer) throw new Error(`no answer to ${sql}`);
  return [{ kind, sql, answer }];
}

function read(path: string): string[] {
  return readFileSync(path, "utf8").trim().split("\n");
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}
