import { byReason, percent, table } from "../page";
import { reasons } from "./reasons";
import type { PeerTest } from "./run";

/** What the cloud says of operations, options and services that it does not support. */
const NOT_SUPPORTED = /NotImplemented|does not support|has no service|does not run the service|\b501\b/;

const textOf = ({ suite, name, message }: PeerTest): string => `${suite} ${name} ${message}`;

const reasonOf = (test: PeerTest): string =>
  reasons.find(([match]) => match.test(textOf(test)))?.[1] ?? "not examined yet";

/** A test that fails because of something that is refused by name. */
const isUnsupported = ({ passed, message }: PeerTest): boolean => !passed && NOT_SUPPORTED.test(message);

/** The section of CONFORMANCE.md: figures by suite, and every failed test with its reason. */
export function report(tests: readonly PeerTest[]): string {
  const rows = [...new Set(tests.map(({ suite }) => suite))].map((suite) => {
    const of = tests.filter((test) => test.suite === suite);
    const passed = of.filter((test) => test.passed).length;
    const unsupported = of.filter(isUnsupported).length;
    const counted = of.length - unsupported;
    return [suite, counted, passed, percent(passed, counted), counted - passed, unsupported] as const;
  });
  const failed = tests.filter((test) => !test.passed && !isUnsupported(test));
  return `## Suites of other projects

Tests of ceph/s3-tests (test_s3.py), kinesalite, dynalite and moto (server mode) against pocket-cloud, by \`npm run
conformance:peers -- FOLDER PYTHON\`. FOLDER has the checkouts s3-tests, kinesalite, dynalite and moto; \`npm install\` in
the second and the third. PYTHON is of an environment with the requirements of s3-tests, and moto[all], pytest-timeout,
freezegun and parameterized. Tests of s3-tests with markers for Ceph, more accounts or features that are not supported are
left out. "Not supported" are tests that fail because something is refused by name (NotImplemented).

${table(["Suite", "Tests", "Passed", "", "Failed", "Not supported"], rows)}

### Tests that fail

${byReason(
  failed,
  (test) => `${test.suite}: ${reasonOf(test)}`,
  ({ name }) => name,
)}`;
}
