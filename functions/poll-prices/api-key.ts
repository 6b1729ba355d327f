import { readParameter } from "../shared/parameter";

/** The source's API key, which lives in SSM under this name; without a name there is no key. Read once per container. */
export class ApiKey {
  #key: string | undefined;

  constructor(private readonly name: string | undefined) {}

  async read(abortSignal: AbortSignal): Promise<string | undefined> {
    if (this.name === undefined) return undefined;
    this.#key ??= await readParameter(this.name, abortSignal);
    return this.#key;
  }

  /** The key may have been changed since: the next poll reads it anew. */
  forget(): void {
    this.#key = undefined;
  }
}
