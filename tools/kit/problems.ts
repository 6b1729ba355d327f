/** What the error messages may name; absent parts are left out. */
export interface ProblemContext {
  readonly env?: string;
  readonly workgroup?: string;
  readonly endpoint?: string;
}

const NO_PATH = "the path";

/**
 * Translates an error of the file system, the network or the AWS SDK into one line that says what to do. Undefined for
 * any other error: it needs its stack.
 */
export function problemOf(error: unknown, context: ProblemContext = {}): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path = NO_PATH } = error as NodeJS.ErrnoException;
  const where = context.endpoint ?? process.env.AWS_ENDPOINT_URL ?? "AWS";
  const text = `${typeof code === "string" ? code : error.name}: ${error.message}`;
  const problem = problems.find(([pattern]) => pattern.test(text))?.[1];
  if (problem) return problem({ ...context, where, path, message: error.message });
  return "$metadata" in error
    ? `${where} refused: ${error.name}: ${error.message.split("\n")[0]}`
    : undefined;
}

interface Details extends ProblemContext {
  readonly where: string;
  readonly path: string;
  readonly message: string;
}

const forEnvironment = ({ env }: Details): string => (env === undefined ? "" : ` for "${env}"`);

const problems: readonly (readonly [RegExp, (details: Details) => string])[] = [
  [/^(EACCES|EPERM)\b/, ({ path }) => `${path}: permission denied`],
  [/^EISDIR\b/, ({ path }) => `${path} is a folder, not a file`],
  [
    /^ENOSPC\b/,
    ({ path }) =>
      `no space left on the disk${path === NO_PATH ? "" : ` for ${path}`}; what was written before is kept`,
  ],
  [/^ENOTDIR\b/, ({ path }) => `${path}: a part of this path is a file, not a folder`],
  [/\b(EMFILE|ENFILE)\b/, () => "too many open files: raise the limit (ulimit -n 1024)"],
  // What mkdir with `recursive` throws in place of EROFS: https://github.com/nodejs/node/issues/47098
  [/^ENOENT\b.*, mkdir /, ({ path }) => `the folder ${path} cannot be created: its disk may be read-only`],
  [/^EROFS\b/, ({ path }) => `${path} is on a read-only disk`],
  [
    /ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ETIMEDOUT|ECONNRESET|EAI_AGAIN|TimeoutError/,
    ({ where }) => `cannot reach ${where}: start it (npm start), or correct AWS_ENDPOINT_URL or the region`,
  ],
  [
    /ExpiredToken|RequestExpired|token .* expired/i,
    (details) =>
      `the AWS credentials${forEnvironment(details)} have expired: sign in again (aws sso login) and repeat`,
  ],
  [
    /CredentialsProviderError|Could not load credentials|TokenProviderError/,
    (details) => `no AWS credentials${forEnvironment(details)}: sign in, set AWS_PROFILE, or use --env local`,
  ],
  [/Region is missing/, () => "no AWS region: set AWS_REGION, or a region in the profile"],
  [
    /UnrecognizedClient|InvalidClientTokenId|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature/,
    ({ where }) =>
      `${where} does not know these credentials: take fresh ones (npm run env for the local cloud)`,
  ],
  [
    /WorkGroup .* (is )?not found/i,
    ({ env, workgroup = "" }) =>
      `the workgroup ${workgroup} does not exist: deploy the ${env === undefined ? "" : `"${env}" `}stack first, or correct --env`,
  ],
  [/AccessDenied|not authorized/i, ({ message }) => `not allowed: ${refusalIn(message)}`],
  [
    /Throttl|TooManyRequests|SlowDown/i,
    ({ where }) => `${where} kept throttling after several tries: wait a minute and repeat`,
  ],
];

/**
 * IAM's message names the caller, the action, the resource, and the kind of policy that has no statement for it or
 * denies it, for some kinds with the policy's ARN.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
const iamRefusal =
  /^(?:User: )?(\S+) is not authorized to perform: (\S+)(?: on resource: "?([^"\s]+)"?)?(?:,? (?:because no ([\w ()-]+?) allows the \S+ action|with an explicit deny in an? ([\w ()-]+?)(?:: (arn:\S+))?))?\.?$/;

/** Action, resource and policy first, because terminals cut long lines. */
function refusalIn(message: string): string {
  const [line = ""] = message.split("\n");
  const match = iamRefusal.exec(line);
  if (!match) return /^access denied\.?$/i.test(line) ? `${line} (the service names no action)` : line;
  const [, caller = "", action = "", resource, missing, denying, arn] = match;
  const on = resource === undefined ? action : `${action} on ${resource}`;
  if (missing !== undefined)
    return `${on}: no ${missing} allows it to ${caller}; add a statement with this action and resource`;
  if (denying !== undefined)
    return `${on}: a statement in ${article(denying)} ${denying}${arn === undefined ? "" : ` (${arn})`} denies it to ${caller}`;
  return `${on}, to ${caller}`;
}

const article = (noun: string): string => (/^[aeiou]/.test(noun) ? "an" : "a");
