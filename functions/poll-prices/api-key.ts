import { readParameter } from "../shared/parameter";

/**
 * The source's API key from the SSM parameter of this name; no key without a name. Read once per container.
 */
export class ApiKey {
  #key: string | undefined;

  constructor(private readonly name: string | undefined) {}

  async read(abortSignal: AbortSignal): Promise<string | undefined> {
    if (this.name === undefined) return undefined;
    this.#key ??= await readParameter(this.name, abortSignal);
    return this.#key;
  }

  /** Forgets the key, so that the next poll reads a rotated one. */
  forget(): void {
    this.#key = undefined;
  }
}
