import type { NormalizedSchema } from "@smithy/core/schema";
import { textCodec } from "./text";
import { setEntry } from "./values";
import { escapeXml, type XmlElement } from "./xml-tree";

export function readXml(schema: NormalizedSchema, element: XmlElement): unknown {
  if (schema.isStructSchema()) return readStructure(schema, element);
  if (schema.isListSchema()) {
    const each = schema.getValueSchema();
    const name = each.getMergedTraits().xmlName ?? "member";
    return element.children.filter((child) => child.name === name).map((child) => readXml(each, child));
  }
  if (schema.isMapSchema())
    return readMap(
      schema,
      element.children.filter((child) => child.name === "entry"),
    );
  return textCodec(schema, "date-time").read(element.text);
}

function readStructure(schema: NormalizedSchema, element: XmlElement): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const traits = member.getMergedTraits();
    const wire = member.getMemberTraits().xmlName ?? name;
    if (traits.xmlAttribute) {
      const text = element.attributes.get(wire);
      if (text !== undefined) out[name] = textCodec(member, "date-time").read(text);
      continue;
    }
    const found = element.children.filter((child) => child.name === wire);
    const [first] = found;
    if (!first) continue;
    if (!traits.xmlFlattened) out[name] = readXml(member, first);
    else if (member.isMapSchema()) out[name] = readMap(member, found);
    else out[name] = found.map((child) => readXml(member.getValueSchema(), child));
  }
  return out;
}

function readMap(schema: NormalizedSchema, entries: readonly XmlElement[]): Record<string, unknown> {
  const value = schema.getValueSchema();
  const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? "key";
  const valueName = value.getMergedTraits().xmlName ?? "value";
  const out: Record<string, unknown> = {};
  for (const entry of entries) {
    const key = entry.children.find((child) => child.name === keyName)?.text;
    const content = entry.children.find((child) => child.name === valueName);
    if (key !== undefined && content) setEntry(out, key, readXml(value, content));
  }
  return out;
}

export function writeXml(name: string, schema: NormalizedSchema, value: unknown): string {
  const { attributes, content } = body(schema, value);
  return `<${name}${attributes}>${content}</${name}>`;
}

/** The content of an element, and the attributes of its opening tag. */
export function body(schema: NormalizedSchema, value: unknown): { attributes: string; content: string } {
  if (schema.isStructSchema()) return structureBody(schema, value as Record<string, unknown>);
  if (schema.isListSchema()) {
    const each = schema.getValueSchema();
    const name = each.getMergedTraits().xmlName ?? "member";
    return {
      attributes: "",
      content: (value as unknown[]).map((entry) => writeXml(name, each, entry)).join(""),
    };
  }
  if (schema.isMapSchema())
    return { attributes: "", content: writeEntries("entry", schema, value as object) };
  return { attributes: "", content: escapeXml(textCodec(schema, "date-time").write(value)) };
}

function structureBody(schema: NormalizedSchema, value: Record<string, unknown>) {
  let attributes = namespaceOf(schema);
  let content = "";
  for (const [name, member] of schema.structIterator()) {
    const inner = value[name];
    if (inner === undefined || inner === null) continue;
    const traits = member.getMergedTraits();
    const wire = member.getMemberTraits().xmlName ?? name;
    if (traits.xmlAttribute)
      attributes += ` ${wire}="${escapeXml(textCodec(member, "date-time").write(inner))}"`;
    else if (!traits.xmlFlattened) content += writeXml(wire, member, inner);
    else if (member.isMapSchema()) content += writeEntries(wire, member, inner as object);
    else
      content += (inner as unknown[]).map((entry) => writeXml(wire, member.getValueSchema(), entry)).join("");
  }
  return { attributes, content };
}

function writeEntries(name: string, schema: NormalizedSchema, value: object): string {
  const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? "key";
  const each = schema.getValueSchema();
  const valueName = each.getMergedTraits().xmlName ?? "value";
  return Object.entries(value)
    .filter(([, entry]) => entry !== undefined && entry !== null)
    .map(
      ([key, entry]) =>
        `<${name}><${keyName}>${escapeXml(key)}</${keyName}>${writeXml(valueName, each, entry)}</${name}>`,
    )
    .join("");
}

function namespaceOf(schema: NormalizedSchema): string {
  const trait = schema.getMergedTraits().xmlNamespace as unknown;
  if (!Array.isArray(trait)) return "";
  const [prefix, uri] = trait as [string, string];
  return prefix ? ` xmlns:${prefix}="${uri}"` : ` xmlns="${uri}"`;
}
