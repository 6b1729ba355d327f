import { randomBytes } from "node:crypto";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { readIfThere, writeAtomic } from "../../storage/atomic";

export interface Keys {
  readonly administrator: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Signs the session tokens of temporary credentials, so that they outlive a restart. */
  readonly tokenSecret: string;
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const KEY_ID_LENGTH = 16;
const SECRET_BYTES = 30;

/** The secrets of one state directory: made once, then kept, readable by its owner only. */
export function keysOf(dir: string): Keys {
  const path = join(dir, "keys.json");
  const kept = readIfThere(path);
  if (kept) return JSON.parse(kept.toString("utf8")) as Keys;
  const keys: Keys = {
    administrator: {
      accessKeyId: `AKIA${base32(randomBytes(KEY_ID_LENGTH))}`,
      secretAccessKey: randomBytes(SECRET_BYTES).toString("base64"),
    },
    tokenSecret: randomBytes(SECRET_BYTES).toString("base64"),
  };
  writeAtomic(path, JSON.stringify(keys), { sync: true });
  chmodSync(path, 0o600);
  return keys;
}

/** One character per byte: the alphabet of AWS's key and unique ids. */
export const base32 = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => BASE32[byte % BASE32.length]).join("");
