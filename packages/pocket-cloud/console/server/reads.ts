/** Operations that change nothing and return no secret. */
const READS = /^(?:Get|List|Describe|Head|BatchGet|Lookup)[A-Z]/;
const MORE_READS: ReadonlySet<string> = new Set([
  "dynamodb:Query",
  "dynamodb:Scan",
  "logs:FilterLogEvents",
  "athena:StopQueryExecution",
]);
/** They match `READS`, but return secrets or credentials. */
const SECRET_READS: ReadonlySet<string> = new Set([
  "secretsmanager:GetSecretValue",
  "secretsmanager:BatchGetSecretValue",
  "sts:GetSessionToken",
  "sts:GetFederationToken",
]);
const PARAMETER_READS = /^GetParameter/;

/**
 * Whether a call may be made while the console is read-only. Queries of Athena are allowed when they only read: they write
 * nothing but their result into the workgroup's location, and the workgroup's limit of scanned bytes applies.
 */
export function isRead(service: string, operation: string, input: object): boolean {
  const name = `${service}:${operation}`;
  if (name === "athena:StartQueryExecution")
    return isReadStatement(String((input as { QueryString?: unknown }).QueryString ?? ""));
  if (SECRET_READS.has(name)) return false;
  if (service === "ssm" && PARAMETER_READS.test(operation))
    return (input as { WithDecryption?: unknown }).WithDecryption !== true;
  return READS.test(operation) || MORE_READS.has(name);
}

const COMMENTS_AND_SPACE = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/;
const READ_STATEMENT = /^(?:\(|(?:select|with|values|show|describe|desc|explain|table)\b)/i;

export const isReadStatement = (sql: string): boolean =>
  READ_STATEMENT.test(sql.replace(COMMENTS_AND_SPACE, ""));
