import { randomBytes } from "node:crypto";

/** The path of links. No bucket's name may contain an underscore, so no S3 request has it. */
export const DOWNLOAD_PATH = "/_download/";

/** How long a link works. Lambda's links to code work for ten minutes (API reference, FunctionCodeLocation). */
const VALID_MS = 600_000;

interface Offer {
  readonly file: string;
  readonly until: number;
}

/** Links to files of the cloud for clients without a signature, such as a function's code. Nobody can guess their tokens. */
export class Downloads {
  readonly #offers = new Map<string, Offer>();

  /** The token of a new link. */
  offer(file: string): string {
    const now = Date.now();
    for (const [token, { until }] of this.#offers) if (until <= now) this.#offers.delete(token);
    const token = randomBytes(32).toString("base64url");
    this.#offers.set(token, { file, until: now + VALID_MS });
    return token;
  }

  /** The file of a link that is valid. */
  find(token: string): string | undefined {
    const offer = this.#offers.get(token);
    return offer && offer.until > Date.now() ? offer.file : undefined;
  }
}
