import { invalidArgument } from "../errors";
import { hasExpressions, type Part, PrefixError, parsePrefix, uses } from "../prefix/expression";
import { unknownLetter } from "../prefix/timestamp";

/** "Ths" is how AWS writes it. */
const refuse = (constraint: string) =>
  invalidArgument(`Ths supplied prefix(es) do not satisfy the following constraint: ${constraint}`);

type Member = "Prefix" | "ErrorOutputPrefix";

function parse(member: Member, prefix: string): Part[] {
  try {
    return parsePrefix(prefix);
  } catch (error) {
    if (!(error instanceof PrefixError)) throw error;
    throw refuse(
      `Invalid expression ${error.message} in ${member}: expressions have the form !{namespace:value}`,
    );
  }
}

function checkValues(member: Member, parts: readonly Part[]): void {
  for (const part of parts) {
    if (!("namespace" in part)) continue;
    const known =
      part.namespace === "timestamp"
        ? unknownLetter(part.value) === undefined
        : part.namespace !== "firehose" || ["random-string", "error-output-type"].includes(part.value);
    if (!known) throw refuse(`Invalid conversion character used in the value of the expression in ${member}`);
  }
}

/** AWS's rules on the two prefixes of a destination, without those of partition keys. */
export function checkPrefixes(prefix = "", errorPrefix = ""): void {
  const data = parse("Prefix", prefix);
  const errors = parse("ErrorOutputPrefix", errorPrefix);
  checkValues("Prefix", data);
  checkValues("ErrorOutputPrefix", errors);
  if (hasExpressions(data) && errorPrefix === "")
    throw refuse("ErrorOutputPrefix cannot be null or empty when Prefix contains expressions");
  if (uses(data, "firehose", "error-output-type"))
    throw refuse("Prefix must not contain any occurrence of !{firehose:error-output-type}");
  if (hasExpressions(errors) && !uses(errors, "firehose", "error-output-type"))
    throw refuse(
      "ErrorOutputPrefix must contain at least one instance of !{firehose:error-output-type} when it contains expressions",
    );
}
