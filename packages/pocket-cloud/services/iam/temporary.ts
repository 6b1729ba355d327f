import { createHmac, timingSafeEqual } from "node:crypto";
import type { SessionGrant } from "../../caller";
import { AwsError } from "../../errors";
import type { RoleCredentials } from "../../service";
import { base32 } from "./keys";

interface Session {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly grant?: SessionGrant;
  /** Milliseconds since the epoch, on the cloud's clock. */
  readonly expires: number;
}

interface SessionWithKeys extends Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * Temporary credentials are derived, not stored: the token contains the signed session, and key id and secret are
 * derived from the token. So they stay valid after a restart, and expired ones need no cleaning up.
 */
export function issueCredentials(secret: string, session: Session): RoleCredentials {
  const claims = Buffer.from(JSON.stringify(session)).toString("base64url");
  const sessionToken = `${claims}.${hmac(secret, claims).toString("base64url")}`;
  return { ...keysFor(secret, sessionToken), sessionToken, expiration: new Date(session.expires) };
}

/** Returns the session of a key id and its token; throws AWS's errors for a wrong pair or an expired session. */
export function readCredentials(
  secret: string,
  accessKeyId: string,
  sessionToken: string | undefined,
  now: number,
): SessionWithKeys {
  const session = sessionToken === undefined ? undefined : verifiedSession(secret, sessionToken);
  if (!session || !isEqual(Buffer.from(accessKeyId), Buffer.from(session.accessKeyId)))
    throw new AwsError(
      "UnrecognizedClientException",
      "The security token included in the request is invalid.",
      403,
    );
  if (session.expires <= now)
    throw new AwsError("ExpiredTokenException", "The security token included in the request is expired", 403);
  return session;
}

const MAX_CACHED = 1000;
const cache = new Map<string, SessionWithKeys>();

/** The session in a token with a valid signature. Cached, because a client sends the same token with each request. */
function verifiedSession(secret: string, sessionToken: string): SessionWithKeys | undefined {
  const id = `${secret}/${sessionToken}`;
  const cached = cache.get(id);
  if (cached) return cached;
  const [claims, signature] = sessionToken.split(".");
  if (!claims || !signature || !isEqual(Buffer.from(signature, "base64url"), hmac(secret, claims)))
    return undefined;
  const session: SessionWithKeys = {
    ...(JSON.parse(Buffer.from(claims, "base64url").toString("utf8")) as Session),
    ...keysFor(secret, sessionToken),
  };
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(id, session);
  return session;
}

const KEY_ID_LENGTH = 16;

const keysFor = (secret: string, token: string) => ({
  accessKeyId: `ASIA${base32(hmac(secret, `key:${token}`).subarray(0, KEY_ID_LENGTH))}`,
  secretAccessKey: hmac(secret, `secret:${token}`).toString("base64"),
});

const hmac = (secret: string, text: string): Buffer => createHmac("sha256", secret).update(text).digest();

const isEqual = (a: Uint8Array, b: Uint8Array): boolean =>
  a.byteLength === b.byteLength && timingSafeEqual(a, b);
