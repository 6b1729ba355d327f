import { createHmac, randomBytes } from "node:crypto";
import { appendFileSync, mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { digestContent } from "./archives";
import { readIfThere, writeAtomic } from "./files";
import { isSecret, type PropertyMap, reveal, rewrite, type Value } from "./values";

/** What is kept of a deployed resource. Secrets are kept as digests: enough to see a change, nothing to read. */
export interface DeployedResource {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly tags: PropertyMap;
  /** Computed outputs only; the others are the inputs. */
  readonly outputs: PropertyMap;
  readonly dependencies: readonly string[];
  readonly provider: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** Set while it is being created: after a kill nobody knows whether it was. */
  readonly pending?: true;
}

type Change = { readonly put: DeployedResource } | { readonly drop: string };

/** A deployment's record on disk: a snapshot, and a journal of what changed since, one line per change. */
export class DeploymentState {
  readonly #resources = new Map<string, DeployedResource>();
  readonly #salt: string;

  constructor(readonly path: string) {
    const snapshot = readIfThere(path)?.toString("utf8");
    const { salt, resources } = snapshot
      ? (JSON.parse(snapshot) as { salt: string; resources: DeployedResource[] })
      : { salt: randomBytes(16).toString("hex"), resources: [] };
    this.#salt = salt;
    for (const resource of resources) this.#resources.set(resource.urn, resource);
    for (const line of (readIfThere(this.#journal)?.toString("utf8") ?? "").split("\n")) this.#replay(line);
    mkdirSync(dirname(path), { recursive: true });
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
    writeAtomic(this.path, JSON.stringify({ salt: this.#salt, resources: this.all() }));
    rmSync(this.#journal, { force: true });
  }

  /** Inputs as they are kept and compared: secrets and contents by digest. */
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
    appendFileSync(this.#journal, `${JSON.stringify(change)}\n`);
  }

  #apply(change: Change): void {
    if ("drop" in change) this.#resources.delete(change.drop);
    else this.#resources.set(change.put.urn, change.put);
  }

  /** The last line may have been cut off by a kill; what it would have said is found out again. */
  #replay(line: string): void {
    if (!line.endsWith("}")) return;
    try {
      this.#apply(JSON.parse(line) as Change);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
}
