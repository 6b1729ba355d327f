import { createHmac, randomBytes } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { digestContent } from "../archives";
import { isSecret, type PropertyMap, reveal, rewrite, type Value } from "../values";

/** The record of a deployed resource. Secrets are stored as digests, which reveal a change but not the value. */
export interface DeployedResource {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly tags: PropertyMap;
  /** Outputs that are not inputs. */
  readonly outputs: PropertyMap;
  readonly dependencies: readonly string[];
  readonly provider: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** Set while it is being created: after a crash it may exist or not. */
  readonly pending?: true;
}

/** The state contains account details that other users of the machine must not read. */
const PRIVATE = { mode: 0o600 };

type Change = { readonly put: DeployedResource } | { readonly drop: string };

/** The state file cannot be read. Without it, a deployment would create every resource a second time. */
export class StateError extends Error {
  readonly exitCode = 1;
}

interface StateFile {
  readonly salt: string;
  readonly resources: readonly DeployedResource[];
}

function readSnapshot(path: string): StateFile {
  const text = readIfExists(path);
  if (text === undefined) return { salt: randomBytes(16).toString("hex"), resources: [] };
  try {
    const { salt, resources } = JSON.parse(text) as StateFile;
    if (typeof salt === "string" && Array.isArray(resources)) return { salt, resources };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new StateError(
    `${path} is damaged (${text.length} characters that are no state): it records what is deployed`,
  );
}

/** The state file of a deployment: a snapshot, and a journal with a line for each later change. */
export class DeploymentState {
  readonly #resources = new Map<string, DeployedResource>();
  readonly #salt: string;

  constructor(readonly path: string) {
    const { salt, resources } = readSnapshot(path);
    this.#salt = salt;
    for (const resource of resources) this.#resources.set(resource.urn, resource);
    for (const line of (readIfExists(this.#journal) ?? "").split("\n")) this.#replay(line);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.compact();
  }

  /** In the order they were created. */
  all(): DeployedResource[] {
    return [...this.#resources.values()];
  }

  get(urn: string): DeployedResource | undefined {
    return this.#resources.get(urn);
  }

  put(resource: DeployedResource): void {
    this.#change({ put: resource });
  }

  drop(urn: string): void {
    this.#change({ drop: urn });
  }

  compact(): void {
    // Written to another file and renamed, so that a crash leaves either the old snapshot or the new one.
    const temporary = `${this.path}.${process.pid}.tmp`;
    writeFileSync(temporary, JSON.stringify({ salt: this.#salt, resources: this.all() }), PRIVATE);
    renameSync(temporary, this.path);
    rmSync(this.#journal, { force: true });
  }

  /** Inputs as they are stored and compared: secrets, assets and archives by digest. */
  digest(inputs: PropertyMap, dir: string): PropertyMap {
    return rewrite(inputs, (value) =>
      isSecret(value) ? this.#hide(value) : digestContent(value, dir),
    ) as PropertyMap;
  }

  #hide(value: Value): Value {
    const text = JSON.stringify(reveal({ value }));
    return `secret:${createHmac("sha256", this.#salt).update(text).digest("hex")}`;
  }

  get #journal(): string {
    return `${this.path}.journal`;
  }

  #change(change: Change): void {
    this.#apply(change);
    appendFileSync(this.#journal, `${JSON.stringify(change)}\n`, PRIVATE);
  }

  #apply(change: Change): void {
    if ("drop" in change) this.#resources.delete(change.drop);
    else this.#resources.set(change.put.urn, change.put);
  }

  /** A crash can truncate the last line. Its change is then detected again. */
  #replay(line: string): void {
    if (!line.endsWith("}")) return;
    try {
      this.#apply(JSON.parse(line) as Change);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
}

const readIfExists = (path: string): string | undefined =>
  existsSync(path) ? readFileSync(path, "utf8") : undefined;
