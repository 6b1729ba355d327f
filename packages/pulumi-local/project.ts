import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LineCounter, parseDocument } from "yaml";

export interface Project {
  readonly name: string;
  /** Arguments for node, such as ["--require", "tsx/cjs"]. */
  readonly nodeArgs: readonly string[];
  /** Whether the runtime registers its own TypeScript loader. */
  readonly typescript: boolean;
  /** The configuration for that loader, if it isn't tsconfig.json. */
  readonly tsconfig: string | undefined;
}

export interface Config {
  /** "namespace:key" to text; structured values are JSON. */
  readonly values: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
}

/** A value that replaces the stack file's; a plain string is not secret. */
export type ConfigOverride = string | { readonly value: string; readonly secret: true };

export class ProjectError extends Error {
  readonly exitCode = 2;
}

/** Stands for an encrypted value, which cannot be decrypted without the passphrase. */
const ENCRYPTED = "[encrypted]";

export function readProject(dir: string): Project {
  const file = readYaml(join(dir, "Pulumi.yaml"));
  if (typeof file.name !== "string") throw new ProjectError(`${join(dir, "Pulumi.yaml")} has no "name"`);
  const runtime = isRecord(file.runtime) ? file.runtime : { name: file.runtime };
  if (runtime.name !== "nodejs")
    throw new ProjectError(
      `the runtime in ${join(dir, "Pulumi.yaml")} is "${String(runtime.name)}"; it must be nodejs`,
    );
  const options = isRecord(runtime.options) ? runtime.options : {};
  const nodeArgs = typeof options.nodeargs === "string" ? options.nodeargs.split(/\s+/).filter(Boolean) : [];
  const tsconfig = typeof options.tsconfig === "string" ? options.tsconfig : undefined;
  return { name: file.name, nodeArgs, typescript: options.typescript !== false, tsconfig };
}

/** The project's defaults, replaced by the stack file's values, replaced by the overrides. */
export function readConfig(dir: string, project: string, stack: string, overrides: Overrides = {}): Config {
  const values: Record<string, string> = {};
  const secrets = new Set<string>();
  const set = (key: string, value: unknown, isSecret = false): void => {
    const name = key.includes(":") ? key : `${project}:${key}`;
    const encrypted = isRecord(value) && typeof value.secure === "string";
    values[name] = encrypted ? ENCRYPTED : typeof value === "object" ? JSON.stringify(value) : String(value);
    if (encrypted || isSecret) secrets.add(name);
    else secrets.delete(name);
  };
  for (const [key, declared] of Object.entries(sectionOf(readYaml(join(dir, "Pulumi.yaml")))))
    if (!isRecord(declared)) set(key, declared);
    else if ((declared.default ?? declared.value) !== undefined) set(key, declared.default ?? declared.value);
  for (const [key, value] of Object.entries(sectionOf(readStack(dir, stack)))) set(key, value);
  for (const [key, value] of Object.entries(overrides))
    if (typeof value === "string") set(key, value);
    else set(key, value.value, value.secret);
  return { values, secretKeys: [...secrets] };
}

export type Overrides = Readonly<Record<string, ConfigOverride>>;

function readStack(dir: string, stack: string): Record<string, unknown> {
  const path = join(dir, `Pulumi.${stack}.yaml`);
  if (!/^[\w.-]+$/.test(stack) || !existsSync(path))
    throw new ProjectError(`no stack "${stack}": there is no file Pulumi.${stack}.yaml beside Pulumi.yaml`);
  return readYaml(path);
}

function readYaml(path: string): Record<string, unknown> {
  const content = parseYaml(path);
  if (!isRecord(content)) throw new ProjectError(`${path} is not a mapping of keys to values`);
  return content;
}

function parseYaml(path: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, "utf8"), { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (!error) return document.toJS();
  const { line, col } = lines.linePos(error.pos[0]);
  throw new ProjectError(`${path}:${line}:${col}: ${error.message.split("\n")[0]}`);
}

const sectionOf = (file: Record<string, unknown>): Record<string, unknown> =>
  isRecord(file.config) ? file.config : {};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
