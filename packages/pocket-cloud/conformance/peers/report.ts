import { byReason, percent, table } from "../page";
import { reasons } from "./reasons";
import type { PeerTest } from "./run";

const reasonOf = ({ suite, name, message }: PeerTest): string =>
  reasons.find(([match]) => match.test(`${suite} ${name} ${message}`))?.[1] ?? "not examined yet";

/** The section of CONFORMANCE.md: figures by suite, and every failed test with its reason. */
export function report(tests: readonly PeerTest[]): string {
  const suites = [...new Set(tests.map(({ suite }) => suite))];
  const rows = suites.map((suite) => {
    const of = tests.filter((test) => test.suite === suite);
    const passed = of.filter((test) => test.passed).length;
    return [suite, of.length, passed, percent(passed, of.length)] as const;
  });
  const failed = tests.filter(({ passed }) => !passed);
  return `## Suites of other projects

Tests of ceph/s3-tests (test_s3.py), kinesalite and dynalite, run against pocket-cloud by \`npm run conformance:peers --
FOLDER PYTHON\`, where FOLDER has their checkouts with their dependencies, and PYTHON those of s3-tests and pytest-timeout.
Tests of s3-tests with markers for Ceph, more accounts or features that are not supported are left out.

${table(["Suite", "Tests", "Passed", ""], rows)}

### Tests that fail

${byReason(
  failed,
  (test) => `${test.suite}: ${reasonOf(test)}`,
  ({ name }) => name,
)}`;
}
