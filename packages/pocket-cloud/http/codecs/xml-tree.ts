import { AwsError } from "../../errors";

export interface XmlElement {
  /** Without its namespace prefix. */
  readonly name: string;
  /** By name with prefix, such as "xsi:type". */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Character data, meaningful when there are no children. */
  readonly text: string;
}

interface Open {
  readonly name: string;
  readonly qualified: string;
  readonly attributes: Map<string, string>;
  readonly children: XmlElement[];
  text: string;
}

const MAX_DEPTH = 100;
// Linear in the text: a name ends at white space, a slash or a bracket only, and an attribute's name is matched once.
const TOKEN =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<(\/?)([^\s<>/!?]+)(?=[\s/>])((?:[^<>"']|"[^"]*"|'[^']*')*?)(\/?)>|([^<]+)/y;
const ATTRIBUTE = /([^\s=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'))?/g;

/** Parses a document and returns its root. Document types are refused, and custom entities with them. */
export function parseXml(text: string): XmlElement {
  const stack: Open[] = [];
  let root: XmlElement | undefined;
  TOKEN.lastIndex = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) throw malformed();
    const [, cdata, closing, qualified, attributes, selfClosing, characters] = match;
    const top = stack.at(-1);
    if (characters !== undefined || cdata !== undefined) {
      if (top) top.text += cdata ?? unescapeXml(characters ?? "");
      else if ((cdata ?? characters ?? "").trim() !== "") throw malformed();
    } else if (qualified !== undefined) {
      if (closing) {
        const open = stack.pop();
        if (open?.qualified !== qualified) throw malformed();
        root = close(open, stack) ?? root;
      } else {
        if (root || stack.length >= MAX_DEPTH) throw malformed();
        const open = opened(qualified, attributes ?? "");
        if (selfClosing) root = close(open, stack) ?? root;
        else stack.push(open);
      }
    }
  }
  if (!root || stack.length > 0) throw malformed();
  return root;
}

/** Adds a finished element to its parent; returns it when it is the root. */
function close(element: Open, stack: readonly Open[]): XmlElement | undefined {
  const parent = stack.at(-1);
  if (!parent) return element;
  parent.children.push(element);
  return undefined;
}

function opened(qualified: string, attributes: string): Open {
  const pairs = [...attributes.matchAll(ATTRIBUTE)].map(
    ([, name = "", double, single]) => [name, unescapeXml(double ?? single ?? refuse())] as const,
  );
  return { name: localName(qualified), qualified, attributes: new Map(pairs), children: [], text: "" };
}

const localName = (qualified: string): string => qualified.slice(qualified.indexOf(":") + 1);

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));/g, (_whole, hex, decimal, name) => {
    if (name !== undefined) {
      const entity = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
      if (entity === undefined) throw malformed();
      return entity;
    }
    const code = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal);
    if (code > 0x10ffff) throw malformed();
    return String.fromCodePoint(code);
  });
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#xD;",
};

export const escapeXml = (text: string): string =>
  /[&<>"\r]/.test(text) ? text.replace(/[&<>"\r]/g, (character) => ESCAPES[character] ?? character) : text;

function refuse(): never {
  throw malformed();
}

const malformed = (): AwsError =>
  new AwsError(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
