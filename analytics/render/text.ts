import stringWidth from "string-width";

/** Control and direction characters. Data must not control the terminal, so they are shown as escapes. */
const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

export const visible = (text: string): string =>
  text.replace(unsafe, (character) => {
    const code = character.charCodeAt(0);
    if (character === "\n") return "\\n";
    if (character === "\t") return "\\t";
    return code < 256
      ? `\\x${code.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });

const ascii = /^[\u0020-\u007e]*$/;

/** Terminal columns that a text occupies. ASCII needs no lookup. */
export const widthOf = (text: string): number => (ascii.test(text) ? text.length : stringWidth(text));

export const pad = (text: string, width: number, right: boolean): string => {
  const space = " ".repeat(Math.max(0, width - widthOf(text)));
  return right ? space + text : text + space;
};

const graphemes = new Intl.Segmenter();

/** Cuts a text to a width, with an ellipsis, between graphemes. */
export function shorten(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let [start, used] = ["", 0];
  for (const { segment } of graphemes.segment(text)) {
    used += widthOf(segment);
    if (used > width - 1) break;
    start += segment;
  }
  return `${start}…`;
}
