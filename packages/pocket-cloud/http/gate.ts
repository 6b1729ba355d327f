import type { Exchange } from "./exchange";

/** How long requests in flight may take to end by themselves, and then after their connections were closed. */
const GRACE_MS = 100;
const DROP_MS = 1000;

/** Lets requests through, and holds them back while the services behind it are replaced. */
export class Gate {
  #closed: Promise<void> | undefined;
  readonly #inFlight = new Map<Exchange, Promise<void>>();

  /** Serves a request once no work holds the gate. */
  async pass(exchange: Exchange, serve: () => Promise<void>): Promise<void> {
    while (this.#closed) await this.#closed;
    const served = serve().finally(() => this.#inFlight.delete(exchange));
    this.#inFlight.set(exchange, served);
    await served;
  }

  /** Runs work while new requests wait. Closes the connections of requests that are still in flight. */
  hold(work: () => Promise<void>): Promise<void> {
    const result = (async () => {
      await this.#drained(GRACE_MS);
      for (const exchange of this.#inFlight.keys()) exchange.drop();
      await this.#drained(DROP_MS);
      await work();
    })();
    this.#closed = result
      .catch(() => {})
      .finally(() => {
        this.#closed = undefined;
      });
    return result;
  }

  async #drained(millis: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise((resolve) => {
      timer = setTimeout(resolve, millis);
    });
    await Promise.race([Promise.allSettled(this.#inFlight.values()), timeout]);
    clearTimeout(timer);
  }
}
