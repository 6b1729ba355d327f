import type { NormalizedSchema } from "@smithy/core/schema";
import { validationError } from "../errors";
import { s3Errors } from "../services/s3/errors";

/** Collects the paths of missing required members; `trail` is the path of the value. */
type Check = (value: unknown, trail: (string | number)[], missing: string[]) => void;

const noCheck: Check = () => {};
const checks = new Map<unknown, Check>();

/** Throws AWS's ValidationException with every missing required member, at any depth. S3 calls the XML malformed. */
export function checkRequired(schema: NormalizedSchema, input: object, protocol: string): void {
  const missing: string[] = [];
  checkOf(schema)(input, [], missing);
  if (missing.length === 0) return;
  if (protocol === "rest-xml") throw s3Errors.malformedXml();
  const failures = missing.map(
    (path) => `Value null at '${path}' failed to satisfy constraint: Member must not be null`,
  );
  throw validationError(
    `${missing.length} validation ${missing.length === 1 ? "error" : "errors"} detected: ${failures.join("; ")}`,
  );
}

function checkOf(schema: NormalizedSchema): Check {
  const key = schema.getSchema();
  if (typeof key !== "object" || key === null) return compoundCheck(schema);
  const known = checks.get(key);
  if (known) return known;
  if (!requiresAnything(schema)) {
    checks.set(key, noCheck);
    return noCheck;
  }
  let made: Check | undefined;
  checks.set(key, (value, trail, missing) => made?.(value, trail, missing));
  made = compoundCheck(schema);
  checks.set(key, made);
  return made;
}

/** Whether the shape or a nested one has a required member. `seen` ends the recursion of shapes that contain themselves. */
function requiresAnything(schema: NormalizedSchema, seen = new Set<unknown>()): boolean {
  const key = schema.getSchema();
  if (seen.has(key)) return false;
  seen.add(key);
  if (schema.isListSchema() || schema.isMapSchema()) return requiresAnything(schema.getValueSchema(), seen);
  if (!schema.isStructSchema()) return false;
  return (
    requiredMembers(schema).length > 0 ||
    [...schema.structIterator()].some(([, member]) => !member.isStreaming() && requiresAnything(member, seen))
  );
}

function compoundCheck(schema: NormalizedSchema): Check {
  if (schema.isStructSchema()) return structureCheck(schema);
  if (schema.isListSchema()) {
    const check = checkOf(schema.getValueSchema());
    if (check === noCheck) return noCheck;
    return (value, trail, missing) => {
      if (!Array.isArray(value)) return;
      value.forEach((entry: unknown, index) => {
        trail.push(index + 1);
        if (entry !== null) check(entry, trail, missing);
        trail.pop();
      });
    };
  }
  if (schema.isMapSchema()) {
    const check = checkOf(schema.getValueSchema());
    if (check === noCheck) return noCheck;
    return (value, trail, missing) => {
      for (const [key, entry] of Object.entries(value as object)) {
        trail.push(key);
        if (entry !== null) check(entry, trail, missing);
        trail.pop();
      }
    };
  }
  return noCheck;
}

function structureCheck(schema: NormalizedSchema): Check {
  const required = requiredMembers(schema);
  const inner: { name: string; check: Check }[] = [];
  for (const [name, member] of schema.structIterator()) {
    const check = member.isStreaming() ? noCheck : checkOf(member);
    if (check !== noCheck) inner.push({ name, check });
  }
  if (required.length === 0 && inner.length === 0) return noCheck;
  return (value, trail, missing) => {
    const members = value as Record<string, unknown>;
    for (const name of required) if (members[name] === undefined) missing.push(pathOf(trail, name));
    for (const { name, check } of inner) {
      const member = members[name];
      if (member === undefined || member === null) continue;
      trail.push(name);
      check(member, trail, missing);
      trail.pop();
    }
  };
}

/** A structure's schema lists its required members first, and their number. */
export function requiredMembers(schema: NormalizedSchema): readonly string[] {
  const [, , , , names, , count] = schema.getSchema() as unknown as [
    number,
    string,
    string,
    unknown,
    string[],
    unknown[],
    number?,
  ];
  return names.slice(0, count ?? 0);
}

/** "records.1.member.data", as AWS writes paths. */
function pathOf(trail: readonly (string | number)[], name: string): string {
  const parts = [...trail, name].map((part) =>
    typeof part === "number" ? `${part}.member` : lowerFirst(part),
  );
  return parts.join(".");
}

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
