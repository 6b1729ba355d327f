/**
 * User metadata that is not ASCII, in the encoded words of RFC 2047. S3 decodes them when it stores an object, and encodes
 * every value with other characters when it returns it (S3 user guide, "Working with object metadata"). The texts are
 * those that AWS gave to LocalStack's test_user_metadata_rfc2047_encoded; they follow JavaMail's rules.
 */
const ENCODED_WORD = /=\?([\w-]+)\?([QB])\?([^?\s]*)\?=(?:\s+(?==\?))?/gi;

export const decodeMetadata = (value: string): string =>
  value.replace(ENCODED_WORD, (whole, charset: string, encoding: string, text: string) => {
    const bytes = encoding.toUpperCase() === "Q" ? quotedBytes(text) : base64Bytes(text);
    try {
      return new TextDecoder(charset).decode(bytes);
    } catch {
      return whole;
    }
  });

/** Characters that need encoding: controls other than tabs, and everything beyond ASCII. */
const UNSAFE = /[^\t\x20-\x7e]/g;

export function encodeMetadata(value: string): string {
  const unsafe = value.match(UNSAFE)?.length ?? 0;
  if (unsafe === 0) return value;
  return unsafe * 2 < value.length
    ? `=?UTF-8?Q?${quoted(value)}?=`
    : `=?UTF-8?B?${Buffer.from(value).toString("base64")}?=`;
}

const quoted = (value: string): string =>
  [...Buffer.from(value)]
    .map((byte) => {
      if (byte === 0x20) return "_";
      const letter = String.fromCharCode(byte);
      return byte > 0x20 && byte < 0x7f && !"=_?".includes(letter)
        ? letter
        : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");

const quotedBytes = (text: string): Buffer =>
  Buffer.from(
    text
      .replaceAll("_", " ")
      .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** A sign of padding inside the text counts as the highest digit (recorded by test_user_metadata_rfc2047_bad_b64_encoded). */
const base64Bytes = (text: string): Buffer =>
  Buffer.from(text.replace(/=(?!=*$)/g, ALPHABET.slice(-1)), "base64");
