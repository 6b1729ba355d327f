import { SaxesParser } from "saxes";

export type Attributes = Readonly<Record<string, string>>;

/** Names are local: writers choose different namespace prefixes. */
export interface Handlers {
  readonly open?: (name: string, attributes: Attributes) => void;
  readonly text?: (text: string) => void;
  readonly close?: (name: string) => void;
}

/** Parses XML from pieces of text, and yields after each piece. */
export async function* parseXml(pieces: AsyncIterable<string>, handlers: Handlers): AsyncGenerator<void> {
  const parser = new SaxesParser();
  const { open, text, close } = handlers;
  if (open) parser.on("opentag", ({ name, attributes }) => open(localName(name), attributes as Attributes));
  if (text) {
    parser.on("text", text);
    parser.on("cdata", text);
  }
  if (close) parser.on("closetag", ({ name }) => close(localName(name)));
  let empty = true;
  for await (const piece of pieces) {
    empty &&= piece === "";
    parser.write(piece);
    yield;
  }
  if (!empty) parser.close();
}

const localName = (name: string): string => {
  const colon = name.indexOf(":");
  return colon < 0 ? name : name.slice(colon + 1);
};

/** An attribute whatever its prefix. */
export const attribute = (attributes: Attributes, name: string): string | undefined =>
  attributes[name] ?? Object.entries(attributes).find(([key]) => localName(key) === name)?.[1];
