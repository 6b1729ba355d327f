import type { Exchange, Message, Place, Trade } from "./trade";

/** Trades of a gap up to this number are filled: about ten minutes of a busy product. */
const LARGEST_GAP = 20_000;

export interface Sequencing {
  readonly exchange: Exchange;
  readonly products: readonly string[];
  /** Where each product was read up to; a product without a place begins with its first message. */
  readonly places: Map<string, Place>;
  readonly signal: AbortSignal;
  readonly log: (text: string) => void;
}

/**
 * The trades of an exchange, each once and in the order of their ids. A jump in the ids is a gap: the trades in between were
 * dropped by the stream, or happened while there was no connection, and are fetched by REST.
 */
export async function* inSequence(sequencing: Sequencing): AsyncGenerator<Trade[]> {
  const { exchange, products, signal } = sequencing;
  for await (const messages of exchange.live(products, signal)) {
    const found: Trade[] = [];
    for (const message of messages)
      for await (const trades of read(message, sequencing)) found.push(...trades);
    if (found.length > 0) yield found;
  }
}

async function* read(message: Message, sequencing: Sequencing): AsyncGenerator<readonly Trade[]> {
  if (message.kind === "other") return;
  const { places } = sequencing;
  const { product, id } = message.kind === "trade" ? message.trade : message;
  const place = places.get(product);
  if (place && id <= place.id) return;
  if (place) {
    const next = message.kind === "trade" ? id : id + 1;
    if (next > place.id + 1) yield* fill(product, place, next, sequencing);
  }
  if (message.kind === "last") return;
  places.set(product, message.trade);
  yield [message.trade];
}

async function* fill(
  product: string,
  place: Place,
  before: number,
  { exchange, places, signal, log }: Sequencing,
): AsyncGenerator<readonly Trade[]> {
  const missing = before - place.id - 1;
  if (missing > LARGEST_GAP) {
    log(
      `${exchange.origin}: ${product} misses ${missing} trades, which is too many to fetch; they are left out`,
    );
    return;
  }
  let filled = 0;
  let last = place;
  for await (const trades of exchange.past(product, place, before, signal)) {
    filled += trades.length;
    last = trades.at(-1) ?? last;
    places.set(product, last);
    yield trades;
  }
  log(
    `${exchange.origin}: ${product} had a gap of ${missing} trades; ${filled === missing ? "filled" : `${filled} of them found`}`,
  );
}
