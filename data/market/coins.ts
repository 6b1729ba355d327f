import { knownCoins, pegged } from "./known-coins";
import { seriesOf, uniform } from "./noise";

export interface Coin {
  readonly id: string;
  readonly symbol: string;
  readonly name: string;
  /** Prices move around this value, in US dollars. */
  readonly basePrice: number;
  readonly supply: number;
  /** Strength of own movement, and of movement with the market. */
  readonly volatility: number;
  readonly beta: number;
  /** Size of jumps. */
  readonly jumpiness: number;
  /** Share of the supply traded per day. */
  readonly turnover: number;
  readonly series: number;
  readonly marketSeries: number;
}

const first = [
  "Nova",
  "Terra",
  "Luma",
  "Orbit",
  "Kepler",
  "Zephyr",
  "Delta",
  "Quanta",
  "Velo",
  "Arc",
  "Myth",
  "Onyx",
];
const second = [
  "chain",
  "swap",
  "coin",
  "net",
  "verse",
  "dex",
  "pay",
  "link",
  "grid",
  "mint",
  "vault",
  "flow",
];
const third = ["", " Protocol", " Network", " Finance", " Gold", " AI"];

/** The first `count` coins of the sample market, largest first. The same seed gives the same coins. */
export function makeCoins(count: number, seed: number): Coin[] {
  return Array.from({ length: count }, (_, index) =>
    index < knownCoins.length ? knownCoin(index, seed) : made(index, seed),
  );
}

function knownCoin(index: number, seed: number): Coin {
  const [id, symbol, name, basePrice, supply] = knownCoins[index] ?? ["", "", "", 0, 0];
  return withBehaviour({ id, symbol, name, basePrice, supply }, seed, 0.3);
}

function made(index: number, seed: number): Coin {
  const number = index - knownCoins.length;
  const words = first.length * second.length;
  const a = first[number % first.length] ?? "";
  // Shifts the second word each round, so that neighbouring coins have different endings.
  const b = second[(number + Math.floor(number / first.length)) % second.length] ?? "";
  const c = third[Math.floor(number / words) % third.length] ?? "";
  const round = Math.floor(number / (words * third.length));
  const name = `${a}${b}${c}${round > 0 ? ` ${round + 1}` : ""}`;
  const id = name.toLowerCase().replaceAll(" ", "-");
  const series = seriesOf(seed, `${id}/figures`);
  const capitalisation = 1.6e9 * (knownCoins.length / (index + 1)) ** 2.2;
  const supply = Math.round(10 ** (6 + 5 * uniform(series, 1)));
  return withBehaviour(
    { id, symbol: symbolOf(name, number), name, basePrice: capitalisation / supply, supply },
    seed,
  );
}

/** Three consonants of the name and a number in base 36: unique. */
const symbolOf = (name: string, number: number): string =>
  `${name
    .toLowerCase()
    .replace(/[^b-df-hj-np-tv-z]/g, "")
    .slice(0, 3)}${number.toString(36)}`;

function withBehaviour(
  coin: Pick<Coin, "id" | "symbol" | "name" | "basePrice" | "supply">,
  seed: number,
  jumpiness = 1,
): Coin {
  const series = seriesOf(seed, coin.id);
  const calm = pegged.has(coin.id);
  return {
    ...coin,
    series,
    marketSeries: seriesOf(seed, "the market"),
    volatility: calm ? 0.004 : 0.7 + 1.3 * uniform(series, -1),
    beta: calm ? 0 : 0.5 + uniform(series, -2),
    jumpiness: calm ? 0 : jumpiness,
    turnover: calm ? 0.4 : 0.01 + 0.12 * uniform(series, -3),
  };
}
