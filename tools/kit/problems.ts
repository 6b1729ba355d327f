/** What the machine or the SDK says in its own words, in one line for people; undefined for what nobody foresaw. */
export function problemOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path = "" } = error as NodeJS.ErrnoException;
  const told = code === undefined ? undefined : byCode[code];
  return (
    told?.(path, error) ?? byMessage.find(([pattern]) => pattern.test(`${error.name}: ${error.message}`))?.[1]
  );
}

const byCode: Readonly<Record<string, (path: string, error: Error) => string>> = {
  EACCES: (path) => `${path}: this user may not`,
  ECONNREFUSED: (_path, error) =>
    `nothing listens where AWS should be (${error.message}); is AWS_ENDPOINT_URL right?`,
  EISDIR: (path) => `${path || "the path"} is a folder, not a file`,
  ENOSPC: (path) => `no room left on the disk for ${path}; what was written before is kept`,
  ENOTDIR: (path) => `${path}: a part of this path is a file, not a folder`,
  ENOTFOUND: (_path, error) => `no network, or no such host (${error.message})`,
  EPERM: (path) => `${path}: this user may not`,
  EROFS: (path) => `${path} is on a read-only disk`,
};

const byMessage: readonly (readonly [RegExp, string])[] = [
  [/Region is missing/, "no AWS region is set: export AWS_REGION, or choose a profile that has one"],
  [
    /CredentialsProviderError|Could not load credentials/,
    "no AWS credentials: sign in, or export AWS_PROFILE",
  ],
  [/ExpiredToken/, "the AWS credentials have expired: sign in again"],
];
