import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isReference, readRecorded } from "./recorded";
import { count, report } from "./report";
import { run } from "./run";

/** Runs every recorded case and writes the figures into CONFORMANCE.md. Exits with 1 if an answer is wrong. */
const PAGE = join(__dirname, "..", "CONFORMANCE.md");

async function main(): Promise<void> {
  const cases = readRecorded().filter(isReference);
  const show = (done: number) => {
    if (process.stderr.isTTY && done % 100 === 0) process.stderr.write(`\r${done} of ${cases.length}`);
  };
  const outcomes = await run(cases, show);
  const [before = ""] = readFileSync(PAGE, "utf8").split(/(?<=<!-- generated -->\n)/);
  writeFileSync(PAGE, `${before}\n${report(outcomes)}\n`);
  const [right, refused, wrong] = [
    count(outcomes, "right"),
    count(outcomes, "refused"),
    count(outcomes, "wrong"),
  ];
  process.stdout.write(
    `${right} right, ${refused} refused, ${wrong} wrong of ${cases.length}; see ${PAGE}\n`,
  );
  process.exitCode = wrong > 0 ? 1 : 0;
}

void main();
