/** Escapes text for HTML and SVG, in elements and attributes. Characters that XML forbids become U+FFFD. */
export const escapeMarkup = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|\p{Cs}/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element. `content` is markup; attributes are plain text. */
export function element(name: string, attributes: Attributes, content = ""): string {
  const attributeText = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) => ` ${key}="${escapeMarkup(typeof value === "number" ? round(value) : String(value))}"`,
    )
    .join("");
  return content === "" ? `<${name}${attributeText}/>` : `<${name}${attributeText}>${content}</${name}>`;
}

const round = (value: number): string => String(Math.round(value * 100) / 100);
