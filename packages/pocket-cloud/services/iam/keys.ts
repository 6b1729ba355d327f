import { randomBytes } from "node:crypto";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { readIfExists, writeAtomic } from "../../storage/atomic";

export interface Keys {
  readonly administrator: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Signs session tokens. It is stored, so temporary credentials stay valid after a restart. */
  readonly tokenSecret: string;
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const KEY_ID_LENGTH = 16;
const SECRET_BYTES = 30;

/** Reads the keys of a state directory, or creates them at the first start. Only the owner can read the file. */
export function keysOf(dir: string): Keys {
  const path = join(dir, "keys.json");
  const stored = readIfExists(path);
  if (stored) return JSON.parse(stored.toString("utf8")) as Keys;
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

/** One character per byte, in the alphabet of AWS's key ids and unique ids. */
export const base32 = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => BASE32[byte % BASE32.length]).join("");
