import { byReason, percent, table } from "../page";
import { reasons } from "./reasons";
import type { RecordedAnswer } from "./run";

/** What becomes of an answer in the figures. */
type Verdict = "equal" | "different" | "unsupported";

const NOT_SUPPORTED = /NotImplemented|does not support|has no service|does not run the service/;

/** Answers that need an operation or a service that is refused by name are counted apart. */
function verdictOf({ outcome, detail }: RecordedAnswer): Verdict {
  if (outcome === "equal") return "equal";
  return NOT_SUPPORTED.test(JSON.stringify(detail)) ? "unsupported" : "different";
}

const serviceOf = ({ test }: RecordedAnswer): string => test.split("/")[3]?.replace(/_$/, "") ?? "";

/** "test_create_stream: create_stream_response" */
const nameOf = ({ test, key }: RecordedAnswer): string => `${test.split("::").at(-1)}: ${key}`;

const reasonOf = (answer: RecordedAnswer): string =>
  reasons.find(([match]) => match.test(`${serviceOf(answer)} ${nameOf(answer)}`))?.[1] ?? "not examined yet";

export function figures(answers: readonly RecordedAnswer[]) {
  const count = (of: readonly RecordedAnswer[], verdict: Verdict) =>
    of.filter((answer) => verdictOf(answer) === verdict).length;
  const row = (name: string, of: readonly RecordedAnswer[]) => {
    const [equal, different, unsupported] = (["equal", "different", "unsupported"] as const).map((verdict) =>
      count(of, verdict),
    ) as [number, number, number];
    return [
      name,
      equal + different,
      equal,
      percent(equal, equal + different),
      different,
      unsupported,
    ] as const;
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

/** The section of CONFORMANCE.md: figures by service, and every answer that differs with its reason. */
export function report(answers: readonly RecordedAnswer[]): string {
  const different = answers.filter((answer) => verdictOf(answer) === "different");
  return `## Recorded answers of AWS

Answers that AWS itself gave to LocalStack's tests (\`*.snapshot.json\`), compared with the answers here: code, status,
message and every member. \`npm run conformance:recorded -- CHECKOUT PYTHON\` runs the tests of a checkout; no path is
exempt from the comparison. An answer that a test did not reach, because a call before it was refused, counts as
different. "Not supported" needs an operation or option that is refused by name.

${table(["Service", "Answers", "Equal", "", "Different", "Not supported"], figures(answers))}

### Answers that differ

${byReason(different, reasonOf, nameOf)}`;
}
