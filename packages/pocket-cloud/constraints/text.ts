/** Longest text of a value in a message. AWS shows all of it. */
const MAX_SHOWN = 8192;

/** The text of a value in AWS's messages, which is that of Java: [a, b], {key=value}, (member=value). */
export function shown(value: unknown): string {
  const text = textOf(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

function textOf(value: unknown): string {
  if (ArrayBuffer.isView(value))
    return `java.nio.HeapByteBuffer[pos=0 lim=${value.byteLength} cap=${value.byteLength}]`;
  if (value instanceof Date) return value.toString();
  if (Array.isArray(value)) return `[${value.map(textOf).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .map(([key, entry]) => `${key}=${textOf(entry)}`)
      .join(", ")}}`;
  return String(value);
}
