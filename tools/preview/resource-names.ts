import { feeds } from "../../data/feeds";

/** The feed that a resource's name has. */
const feedIn = (name: string): string | undefined =>
  Object.keys(feeds).find((each) => name.split("-").includes(each));

/** Replaces the feed that a resource's name has by "<feed>" in a text. */
export function genericOf(name: string): (text: string) => string {
  const feed = feedIn(name);
  if (feed === undefined) return (text) => text;
  return (text) => text.replaceAll(new RegExp(`\\b${feed}\\b`, "g"), FEED);
}

const FEED = "<feed>";
const SHOWN = 6;

/** "a", or "9: a, write-csv-{crypto,posts}-policy, …": the names of a group, in their order. */
export function namesText({ names }: { readonly names: readonly string[] }): string {
  if (names.length === 1) return names[0] ?? "";
  const templates = new Map<string, string[]>();
  for (const name of names) {
    const template = genericOf(name)(name);
    templates.set(template, [...(templates.get(template) ?? []), feedIn(name) ?? ""]);
  }
  const shown = [...templates].map(([template, found]) =>
    template.replace(FEED, found.length === 1 ? (found[0] ?? "") : `{${found.join(",")}}`),
  );
  return `${names.length}: ${shown.slice(0, SHOWN).join(", ")}${shown.length > SHOWN ? ", …" : ""}`;
}
