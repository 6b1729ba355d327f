import { createHmac, timingSafeEqual } from "node:crypto";
import { AwsError } from "../../errors";
import type { RoleCredentials } from "../../service";
import { base32 } from "./keys";

export interface Session {
  readonly roleArn: string;
  readonly sessionName: string;
  /** Milliseconds since the epoch, on the cloud's clock. */
  readonly expires: number;
}

/**
 * Temporary credentials are derived, not stored: the token carries the session under a seal, and key and secret
 * follow from the token. They stay good across a restart, and nothing has to be swept when they expire.
 */
export function issueCredentials(secret: string, session: Session): RoleCredentials {
  const claims = Buffer.from(JSON.stringify(session)).toString("base64url");
  const sessionToken = `${claims}.${seal(secret, claims).toString("base64url")}`;
  return {
    accessKeyId: keyIdOf(secret, sessionToken),
    secretAccessKey: seal(secret, `secret:${sessionToken}`).toString("base64"),
    sessionToken,
    expiration: new Date(session.expires),
  };
}

interface Opened extends Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The session behind a key and its token; throws AWS's errors when they do not belong together or are too old. */
export function readCredentials(
  secret: string,
  accessKeyId: string,
  sessionToken: string | undefined,
  now: number,
): Opened {
  const session = sessionToken === undefined ? undefined : opened(secret, sessionToken);
  if (!session || !same(Buffer.from(accessKeyId), Buffer.from(session.accessKeyId))) throw invalidToken();
  if (session.expires <= now)
    throw new AwsError("ExpiredTokenException", "The security token included in the request is expired", 403);
  return session;
}

const MAX_KEPT = 1000;
const kept = new Map<string, Opened>();

/** What a token carries, once its seal is found whole: a client shows the same one with each of its requests. */
function opened(secret: string, sessionToken: string): Opened | undefined {
  const id = `${secret}/${sessionToken}`;
  const known = kept.get(id);
  if (known) return known;
  const [claims, proof] = sessionToken.split(".");
  if (!claims || !proof || !same(Buffer.from(proof, "base64url"), seal(secret, claims))) return undefined;
  const session = {
    ...(JSON.parse(Buffer.from(claims, "base64url").toString("utf8")) as Session),
    accessKeyId: keyIdOf(secret, sessionToken),
    secretAccessKey: seal(secret, `secret:${sessionToken}`).toString("base64"),
  };
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(id, session);
  return session;
}

const KEY_ID_LENGTH = 16;

const keyIdOf = (secret: string, token: string): string =>
  `ASIA${base32(seal(secret, `key:${token}`).subarray(0, KEY_ID_LENGTH))}`;

const seal = (secret: string, text: string): Buffer => createHmac("sha256", secret).update(text).digest();

const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.byteLength === b.byteLength && timingSafeEqual(a, b);

const invalidToken = (): AwsError =>
  new AwsError("UnrecognizedClientException", "The security token included in the request is invalid.", 403);
