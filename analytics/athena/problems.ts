import { Failure, hasExitCode } from "../errors";

export interface Place {
  readonly env: string;
  readonly workgroup: string;
  readonly where: string;
}

/** An SDK's error as one line that says what to do; anything not known here passes as it is. */
export function explain(error: unknown, place: Place): unknown {
  if (!(error instanceof Error) || hasExitCode(error)) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  const advice = advices.find((candidate) => candidate.when.test(`${code}: ${error.message}`));
  if (!advice)
    return "$metadata" in error
      ? new Failure(`${place.where} refused: ${error.name}: ${error.message.split("\n")[0]}`)
      : error;
  return new Failure(advice.says(place, error.message));
}

const advices: readonly { when: RegExp; says: (place: Place, message: string) => string }[] = [
  {
    when: /ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ETIMEDOUT|ECONNRESET|EAI_AGAIN|TimeoutError/,
    says: ({ where }) =>
      `cannot reach ${where}: start it (npm start), or correct AWS_ENDPOINT_URL or the region`,
  },
  {
    when: /ExpiredToken|RequestExpired|token .* expired/i,
    says: ({ env }) => `the credentials for "${env}" have expired: sign in again (aws sso login) and repeat`,
  },
  {
    when: /CredentialsProviderError|Could not load credentials|TokenProviderError/,
    says: ({ env }) => `no AWS credentials for "${env}": sign in, set AWS_PROFILE, or use --env local`,
  },
  {
    when: /Region is missing/,
    says: () => "no AWS region: set AWS_REGION, or a region in the profile",
  },
  {
    when: /UnrecognizedClient|InvalidClientTokenId|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature/,
    says: ({ where }) =>
      `${where} does not know these credentials: take fresh ones (npm run env for the local cloud)`,
  },
  {
    when: /WorkGroup .* (is )?not found/i,
    says: ({ env, workgroup }) =>
      `the workgroup ${workgroup} does not exist: deploy the "${env}" stack first, or correct --env`,
  },
  {
    when: /AccessDenied|not authorized/i,
    says: (_place, message) => `not allowed: ${message}`,
  },
  {
    when: /Throttl|TooManyRequests|SlowDown/i,
    says: ({ where }) => `${where} kept throttling after several tries: wait a minute and repeat`,
  },
];
