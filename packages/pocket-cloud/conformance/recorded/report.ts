import { readFileSync } from "node:fs";
import { join } from "node:path";
import { byReason, percent, table } from "../page";
import { reasons } from "./reasons";
import { ruleOf } from "./rules";
import type { RecordedAnswer } from "./run";

type Verdict = "equal" | "different" | "not comparable";

function verdictOf(answer: RecordedAnswer): Verdict {
  if (answer.outcome === "equal") return "equal";
  return ruleOf(answer) === undefined ? "different" : "not comparable";
}

const serviceOf = ({ test }: RecordedAnswer): string => test.split("/")[3]?.replace(/_$/, "") ?? "";

/** "test_create_stream: create_stream_response" */
const nameOf = ({ test, key }: RecordedAnswer): string => `${test.split("::").at(-1)}: ${key}`;

/** The whole difference, in which reasons look for what they explain. */
const textOf = (answer: RecordedAnswer): string =>
  `${serviceOf(answer)} ${nameOf(answer)} ${JSON.stringify(answer.detail)}`;

const reasonOf = (answer: RecordedAnswer): string =>
  reasons.find(([match]) => match.test(textOf(answer)))?.[1] ?? "not examined yet";

export function figures(answers: readonly RecordedAnswer[]) {
  const row = (name: string, of: readonly RecordedAnswer[]) => {
    const count = (verdict: Verdict) => of.filter((answer) => verdictOf(answer) === verdict).length;
    const [equal, different] = [count("equal"), count("different")];
    const compared = equal + different;
    return [name, compared, equal, percent(equal, compared), different, count("not comparable")] as const;
  };
  const services = [...new Set(answers.map(serviceOf))].sort();
  return [
    ...services.map((name) =>
      row(
        name,
        answers.filter((answer) => serviceOf(answer) === name),
      ),
    ),
    row("**All**", answers),
  ];
}

/** The section of CONFORMANCE.md: figures by service, the rules of comparison, and what differs with its reason. */
export function report(answers: readonly RecordedAnswer[]): string {
  const different = answers.filter((answer) => verdictOf(answer) === "different");
  const excluded = new Map<string, number>();
  for (const answer of answers) {
    const rule = ruleOf(answer);
    if (rule !== undefined) excluded.set(rule, (excluded.get(rule) ?? 0) + 1);
  }
  const values = JSON.parse(readFileSync(join(__dirname, "values.json"), "utf8")) as { reason: string }[];
  return `## Recorded answers of AWS

Answers that AWS itself gave to LocalStack's tests (\`*.snapshot.json\`), compared with the answers here: code, status,
message and every member. \`npm run conformance:recorded -- CHECKOUT PYTHON\` runs the tests of a checkout. An answer that a
test did not reach, because an earlier one differed, counts as different. Numbers are compared by value. Messages state
enumerations in no order and patterns of the service models, which are newer than the recordings: the recorded values of an
enumeration must all be there, and patterns are not compared. Tests with steps for LocalStack alone do what they did when
they recorded AWS.

${table(["Service", "Compared", "Equal", "", "Different", "Not comparable"], figures(answers))}

### Not comparable

Each by a rule (conformance/recorded/rules.ts); no rule names a test.

${[...excluded]
  .sort(([, a], [, b]) => b - a)
  .map(([reason, count]) => `- ${reason} (${count})`)
  .join("\n")}

Values that are left out of the comparison (conformance/recorded/values.json):

${values.map(({ reason }) => `- ${reason}`).join("\n")}

### Answers that differ

${byReason(different, reasonOf, nameOf)}`;
}
