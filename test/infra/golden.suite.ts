import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PreviewResource } from "../../packages/pulumi-local";
import { type Environment, environments, previewWith, SITE_WITH_DOMAIN } from "./stacks";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const folder = join(__dirname, "golden");
const REWRITE = process.env.REWRITE_GOLDEN === "1";

/** Values that other tests check: the functions' code, and the text of reports. */
const ELSEWHERE: readonly string[] = ["code", "query", "queryStatement"];

/** Every resource of a stack with its exact inputs, as if the stack were dev: what is left differs by configuration. */
async function declared(
  env: Environment,
  config: Record<string, string> = {},
): Promise<Record<string, Json>> {
  const { resources } = await previewWith(env, config);
  const made = resources.filter(({ custom }) => custom);
  const byName = made
    .map((resource): [string, Json] => [`${resource.type} ${resource.name}`, inputsOf(resource)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return asDev(Object.fromEntries(byName), env);
}

const inputsOf = ({ inputs, protect, retainOnDelete }: PreviewResource): Json => ({
  ...(opened(inputs as Json) as object),
  ...Object.fromEntries(ELSEWHERE.filter((key) => key in inputs).map((key) => [key, "…"])),
  ...(protect && { "(protect)": true }),
  ...(retainOnDelete && { "(retainOnDelete)": true }),
});

/** Documents within texts, so that they can be read and compared; ids made up from URNs are of no interest. */
function opened(value: Json): Json {
  if (typeof value === "string") {
    const [, view] = /^\/\* Presto View: (\S+) \*\/$/.exec(value) ?? [];
    const text = view === undefined ? value : Buffer.from(view, "base64").toString();
    return /^\{["}]/.test(text) ? (JSON.parse(text) as Json) : text.replaceAll(/\b[0-9a-f]{32}\b/g, "(id)");
  }
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, opened(item)]));
}

const asDev = <T extends Json>(value: T, env: Environment): T =>
  JSON.parse(
    JSON.stringify(value).replaceAll(new RegExp(`pricelake([-_/])${env}\\b`, "g"), "pricelake$1dev"),
  ) as T;

/** Single values by their path; a list or object without any is a value of its own. */
function leaves(value: Json, path = ""): [string, Json][] {
  const items = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (items.length === 0) return [[path, value]];
  return items.flatMap(([key, item]) => leaves(item as Json, path === "" ? key : `${path}.${key}`));
}

/** The differences of an environment from dev: missing and additional resources, and changed values. */
function difference(dev: Record<string, Json>, other: Record<string, Json>): Json {
  const changed: Record<string, Json> = {};
  for (const [name, inputs] of Object.entries(other)) {
    if (!(name in dev)) continue;
    const was = new Map(leaves(dev[name] ?? null));
    const now = new Map(leaves(inputs));
    const paths = [...new Set([...was.keys(), ...now.keys()])].filter(
      (path) => JSON.stringify(was.get(path)) !== JSON.stringify(now.get(path)),
    );
    if (paths.length > 0)
      changed[name] = Object.fromEntries(
        paths.map((path) => [path, now.has(path) ? (now.get(path) ?? null) : "(none)"]),
      );
  }
  return {
    lacks: Object.keys(dev).filter((name) => !(name in other)),
    adds: Object.fromEntries(Object.entries(other).filter(([name]) => !(name in dev))),
    changes: changed,
  };
}

/** The file's content; rewritten first when asked to. */
function golden(name: string, found: Json): Json {
  const file = join(folder, `${name}.json`);
  if (REWRITE) writeFileSync(file, `${JSON.stringify(found, null, 1)}\n`);
  return JSON.parse(readFileSync(file, "utf8")) as Json;
}

describe("The exact inputs (REWRITE_GOLDEN=1 rewrites golden/; then run `npm run format`)", () => {
  it("of dev equal golden/dev.json", async () => {
    const found = await declared("dev");
    const expected = golden("dev", found) as Record<string, Json>;
    assert.deepEqual(Object.keys(found), Object.keys(expected));
    for (const [name, inputs] of Object.entries(found)) assert.deepEqual(inputs, expected[name], name);
  });

  for (const env of environments.filter((each) => each !== "dev"))
    it(`of ${env} differ from dev's by golden/${env}.json`, async () => {
      const found = difference(await declared("dev"), await declared(env));
      assert.deepEqual(found, golden(env, found));
    });

  it("of dev with a private site differ from dev's by golden/dev-site.json", async () => {
    const withSite = await declared("dev", SITE_WITH_DOMAIN);
    const found = difference(await declared("dev"), withSite);
    assert.deepEqual(found, golden("dev-site", found));
  });
});
