import { invalidArgument } from "../errors";
import { PREFIX_LENGTH } from "../prefix/evaluate";
import { hasExpressions, type Part, PrefixError, parsePrefix, uses } from "../prefix/expression";
import { unknownLetter } from "../prefix/timestamp";

/** "Ths" is AWS's spelling. */
const refuse = (constraint: string) =>
  invalidArgument(`Ths supplied prefix(es) do not satisfy the following constraint: ${constraint}`);

type Member = "Prefix" | "ErrorOutputPrefix";

function parse(prefix: string): Part[] {
  try {
    return parsePrefix(prefix);
  } catch (error) {
    if (error instanceof PrefixError) throw refuse(error.message);
    throw error;
  }
}

function checkValues(member: Member, parts: readonly Part[]): void {
  for (const part of parts) {
    if (!("namespace" in part)) continue;
    const valid =
      part.namespace === "timestamp"
        ? unknownLetter(part.value) === undefined
        : part.namespace !== "firehose" || ["random-string", "error-output-type"].includes(part.value);
    if (!valid) throw refuse(`Invalid conversion character used in the value of the expression in ${member}`);
  }
  // Every expression evaluates to at least one character.
  const minimum = parts.reduce((sum, part) => sum + ("text" in part ? part.text.length : 1), 0);
  if (minimum > PREFIX_LENGTH)
    throw refuse(
      `Length of evaluated ${member === "Prefix" ? "prefix" : member} cannot be greater than ${PREFIX_LENGTH}`,
    );
}

const partitioned = (parts: readonly Part[]): boolean =>
  uses(parts, "partitionKeyFromQuery") || uses(parts, "partitionKeyFromLambda");

/** AWS's rules on the two prefixes of a destination. */
export function checkPrefixes(prefix = "", errorPrefix = "", dynamic = false): void {
  const data = parse(prefix);
  const errors = parse(errorPrefix);
  checkValues("Prefix", data);
  checkValues("ErrorOutputPrefix", errors);
  if (hasExpressions(data) && errorPrefix === "")
    throw refuse("ErrorOutputPrefix cannot be null or empty when Prefix contains expressions");
  if (uses(data, "firehose", "error-output-type"))
    throw refuse("Prefix must not contain any occurrence of !{firehose:error-output-type}");
  if (partitioned(errors))
    throw refuse("Dynamic Partitioning Namespaces can't be part of an error prefix expression");
  if (hasExpressions(errors) && !uses(errors, "firehose", "error-output-type"))
    throw refuse("ErrorOutputPrefix must contain at least one occurrence of !{firehose:error-output-type}");
  if (dynamic && !partitioned(data))
    throw invalidArgument(
      "S3 Prefix should contain Dynamic Partitioning namespaces when Dynamic Partitioning is enabled",
    );
  if (!dynamic && partitioned(data))
    throw invalidArgument(
      "S3 Prefix should not contain Dynamic Partitioning namespaces when Dynamic Partitioning is disabled",
    );
}
