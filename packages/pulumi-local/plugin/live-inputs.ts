import { defined } from "../provider";
import type { Live } from "../resources/live/reader";
import { isObject, isSecret, type PropertyMap, reveal, secret, type Value } from "../values";
import { DEFAULTS } from "./difference";

/** Inputs whose members are data of the program: all of them count. Of other objects, those that it gives. */
const MAPS: ReadonlySet<string> = new Set(["variables", "dimensions", "parameters", "tags"]);

/** The recorded inputs with what has changed in AWS. A value that is still the same keeps its form: a secret, or its JSON text. */
export function refreshedInputs(recorded: PropertyMap, live: Live): PropertyMap {
  const now = plain(live.inputs);
  const kept = Object.entries(recorded).flatMap(([key, old]) => {
    if (key === DEFAULTS || !(key in live.inputs)) return [[key, old]];
    const value = merged(old, now[key], key);
    return value === undefined ? [] : [[key, value]];
  });
  const added = Object.entries(settingsIn(live)).filter(([key]) => recorded[key] === undefined);
  return Object.fromEntries([...kept, ...added]);
}

/** What a program has to give: inputs that are neither AWS's default nor made up by AWS. */
function settingsIn({ inputs, defaults = {}, computed = [] }: Live): PropertyMap {
  const usual = plain(defaults);
  return Object.fromEntries(
    Object.entries(plain(inputs)).filter(
      ([key, value]) =>
        !computed.includes(key) && !isNothing(value) && !(key in usual && isSame(usual[key], value, key)),
    ),
  );
}

export const importedInputs = (live: Live): PropertyMap => settingsIn(live);

/** The program's own tags: those of AWS without the provider's default ones. */
export function ownTags(
  recorded: Value | undefined,
  tags: PropertyMap,
  defaultTags: PropertyMap,
): PropertyMap {
  const given = isObject(recorded) ? recorded : {};
  return Object.fromEntries(
    Object.entries(tags).filter(([key, value]) => key in given || defaultTags[key] !== value),
  );
}

function merged(old: Value, now: Value | undefined, key: string): Value | undefined {
  if (now === undefined) return isNothing(old) ? old : undefined;
  if (isSame(old, now, key)) return old;
  if (isSecret(old) || isSecret(now)) return secret(opened(now));
  if (!isObject(old) || !isObject(now)) return now;
  // Members that the program does not give are AWS's defaults, except in a map.
  const names = Object.keys(MAPS.has(key) ? now : old);
  const members = names.map((name) => {
    const before = old[name];
    return [name, before === undefined ? now[name] : merged(before, now[name], name)] as const;
  });
  return Object.fromEntries(members.filter(([, value]) => value !== undefined)) as PropertyMap;
}

const opened = (value: Value): Value => (isSecret(value) ? (reveal({ value }).value ?? null) : value);

function isSame(old: Value | undefined, now: Value | undefined, key: string): boolean {
  if (old === undefined || now === undefined) return isNothing(old ?? null) && isNothing(now ?? null);
  if (isSecret(old) || isSecret(now)) return isSame(opened(old), opened(now), key);
  if (Array.isArray(old) && Array.isArray(now))
    return old.length === now.length && old.every((item) => now.some((other) => isSame(item, other, key)));
  if (isObject(old) && isObject(now)) {
    const names = [...Object.keys(old), ...(MAPS.has(key) ? Object.keys(now) : [])];
    return names.every((name) => isSame(old[name], now[name], name));
  }
  // A policy may be an object in the program, and is text in AWS.
  const [one, other] = [documentIn(old), documentIn(now)];
  if (one !== undefined && other !== undefined) return sorted(one) === sorted(other);
  const [text, current] = [String(old), String(now)];
  return (
    text === current || (current.startsWith("arn:") && !text.startsWith("arn:") && endsWith(current, text))
  );
}

/** Some inputs take a name for an ARN: of a role, a function or a key's alias. */
const endsWith = (arn: string, name: string): boolean => arn.endsWith(`:${name}`) || arn.endsWith(`/${name}`);

const isNothing = (value: Value): boolean =>
  value === null ||
  value === false ||
  value === "" ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.values(value).every(isNothing));

function documentIn(value: Value): Value | undefined {
  if (isObject(value)) return value;
  if (typeof value !== "string" || !value.trimStart().startsWith("{")) return undefined;
  try {
    return JSON.parse(value) as Value;
  } catch {
    return undefined;
  }
}

/** JSON with members in order. IAM treats one text and a list of it alike. */
function sorted(value: Value): string {
  if (Array.isArray(value))
    return value.length === 1 ? sorted(value[0] ?? null) : `[${value.map(sorted).sort()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}:${sorted(item)}`);
  return `{${members.sort()}}`;
}

/** Without members that have no value, also nested ones. */
const plain = (inputs: Readonly<Record<string, unknown>>): PropertyMap =>
  JSON.parse(JSON.stringify(defined(inputs))) as PropertyMap;
