import type { NormalizedSchema } from "@smithy/core/schema";
import { textCodec } from "./text";
import { setEntry } from "./values";

/** The dotted names of a query-protocol form as a tree: "Tags.member.1.Key" is four levels deep. */
interface Branch {
  value?: string;
  readonly children: Map<string, Branch>;
}

export function readForm(schema: NormalizedSchema, pairs: readonly (readonly [string, string])[]): object {
  const root: Branch = { children: new Map() };
  for (const [name, value] of pairs) {
    let branch = root;
    for (const part of name.split(".")) {
      const next = branch.children.get(part) ?? { children: new Map() };
      branch.children.set(part, next);
      branch = next;
    }
    branch.value = value;
  }
  return schema.isUnitSchema() ? {} : (read(schema, root, false) as object);
}

function read(schema: NormalizedSchema, branch: Branch, flat: boolean): unknown {
  if (schema.isStructSchema()) {
    const out: Record<string, unknown> = {};
    for (const [name, member] of schema.structIterator()) {
      const traits = member.getMergedTraits();
      const found = branch.children.get(traits.xmlName ?? name);
      if (found) out[name] = read(member, found, Boolean(traits.xmlFlattened));
    }
    return out;
  }
  if (schema.isListSchema()) {
    const each = schema.getValueSchema();
    const container = flat ? branch : branch.children.get(each.getMergedTraits().xmlName ?? "member");
    return numbered(container).map((entry) => read(each, entry, false));
  }
  if (schema.isMapSchema()) return readMap(schema, flat ? branch : branch.children.get("entry"));
  return textCodec(schema, "date-time").read(branch.value ?? "");
}

function readMap(schema: NormalizedSchema, entries: Branch | undefined): Record<string, unknown> {
  const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? "key";
  const each = schema.getValueSchema();
  const valueName = each.getMergedTraits().xmlName ?? "value";
  const out: Record<string, unknown> = {};
  for (const entry of numbered(entries)) {
    const key = entry.children.get(keyName)?.value;
    const value = entry.children.get(valueName);
    if (key !== undefined && value) setEntry(out, key, read(each, value, false));
  }
  return out;
}

const numbered = (branch: Branch | undefined): Branch[] =>
  [...(branch?.children ?? [])]
    .filter(([name]) => /^\d+$/.test(name))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, entry]) => entry);
