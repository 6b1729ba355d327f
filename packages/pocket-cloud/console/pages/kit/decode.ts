/** Bytes of base64. */
export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

export const toBase64 = (text: string): string =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));

const isGzip = (data: Uint8Array): boolean => data[0] === 0x1f && data[1] === 0x8b;

/** Decompresses gzip. Data that was cut off yields what could be read. */
export async function gunzip(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (!isGzip(data)) return data;
  const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read())
      chunks.push(next.value as Uint8Array<ArrayBuffer>);
  } catch {
    if (chunks.length === 0) throw new Error("The gzip data cannot be read");
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** Text of UTF-8, or undefined when the bytes are no text. */
export function textOf(data: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(data);
    return text.includes("\u0000") ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Lines of a hex dump, of the first bytes. */
export function hexDump(data: Uint8Array, most = 512): string {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(data.length, most); at += 16) {
    const row = [...data.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const chars = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${at.toString(16).padStart(6, "0")}  ${hex.padEnd(47)}  ${chars}`);
  }
  return lines.join("\n") + (data.length > most ? `\n… ${data.length - most} more bytes` : "");
}

/** A JSON text with indentation; other texts as they are. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
