import type { RecordedAnswer } from "./run";

interface Rule {
  readonly applies: (answer: RecordedAnswer) => boolean;
  readonly reason: string;
}

const detailMatches =
  (pattern: RegExp) =>
  ({ detail }: RecordedAnswer): boolean =>
    pattern.test(JSON.stringify(detail));

/** Why a recorded answer is not comparable. The first rule that applies counts; no rule names a test. */
export const rules: readonly Rule[] = [
  {
    applies: ({ needs }) => needs === "a second account",
    reason: "The test needs a second account; there is one",
  },
  {
    applies: ({ needs }) => needs === "CloudFormation",
    reason: "The test deploys a CloudFormation template; the service is not supported",
  },
  {
    applies: ({ test }) => /[[-]sqs_query[\]-]/.test(test),
    reason: "SQS's query protocol, which SDKs stopped using in 2023, is not supported",
  },
  {
    applies: ({ recorded }) => /localstack/i.test(JSON.stringify(recorded ?? "")),
    reason: "The recorded answer contains LocalStack's own host name, so AWS did not give it",
  },
  {
    applies: detailMatches(/NotImplemented|does not support|has no service|does not run the service|\b501\b/),
    reason: "Needs an operation, an option or a service that is refused by name (NotImplemented)",
  },
  {
    applies: detailMatches(/Docker not available|Failed to build multiruntime/),
    reason: "The test builds a container image or a compiled function, for which the machine lacks Docker",
  },
  {
    applies: detailMatches(/HTTPSConnectionPool/),
    reason: "The test speaks HTTPS itself; the cloud speaks HTTP",
  },
];

export const ruleOf = (answer: RecordedAnswer): string | undefined =>
  answer.outcome === "equal" ? undefined : rules.find(({ applies }) => applies(answer))?.reason;
