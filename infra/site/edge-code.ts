import { readFileSync } from "node:fs";
import { isIPv4, isIPv6 } from "node:net";
import { join } from "node:path";

export interface EdgeSettings {
  /** "<salt>:<hash>"; undefined for no password. */
  readonly passwordHash: string | undefined;
  /** Addresses or CIDR ranges; empty for all. */
  readonly allowedIps: readonly string[];
}

/** The code of the CloudFront function that guards a private site. */
export function edgeCode({ passwordHash = "", allowedIps }: EdgeSettings): string {
  const settings = { password: passwordHash, addresses: allowedIps.map(rangeOf) };
  const source = readFileSync(join(__dirname, "viewer-request.js"), "utf8");
  return `const SETTINGS = ${JSON.stringify(settings)};\n${source}`;
}

/** Whether a text is an address or a CIDR range. */
export function isRange(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const longest = isIPv4(address) ? 32 : isIPv6(address) && !address.includes(".") ? 128 : -1;
  if (longest < 0 || rest.length > 0 || address.includes("%")) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest && Number(bits) > 0);
}

function rangeOf(text: string): { bytes: readonly number[]; bits: number } {
  const [address = "", bits] = text.split("/");
  const bytes = isIPv4(address) ? address.split(".").map(Number) : bytesOfIPv6(address);
  return { bytes, bits: bits === undefined ? 8 * bytes.length : Number(bits) };
}

function bytesOfIPv6(address: string): readonly number[] {
  const [head = "", tail] = address.split("::");
  const groups = (text: string) =>
    text
      .split(":")
      .filter(Boolean)
      .map((group) => Number.parseInt(group, 16));
  const [first, last] = [groups(head), groups(tail ?? "")];
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last].flatMap((group) => [
    group >> 8,
    group & 255,
  ]);
}
