import { DOUBLE } from "@duckdb/node-api";
import { fail, type Native } from "./native";

const bad = (message: string): never => fail("INVALID_FUNCTION_ARGUMENT", message);

/** A continued fraction by Lentz's method: b0 + a1 / (b1 + a2 / (b2 + …)). */
function continued(b0: number, term: (step: number) => readonly [a: number, b: number]): number {
  const tiny = 1e-300;
  let [value, c, d] = [b0 || tiny, b0 || tiny, 0];
  for (let step = 1; step < 10_000; step++) {
    const [a, b] = term(step);
    d = 1 / (b + a * d || tiny);
    c = b + a / c || tiny;
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return value;
}

/** The complementary error function: a series near zero, else a continued fraction. */
function erfc(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x < 0) return 2 - erfc(-x);
  if (x > 40) return 0;
  if (x < 2) {
    let [sum, term] = [x, x];
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  const fraction = continued(x, (step) => [step / 2, x]);
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}

const standardNormal = (z: number): number => erfc(-z / Math.SQRT2) / 2;

/** Newton's method on the logarithm of the distribution, which is concave. */
function inverseStandardNormal(p: number): number {
  if (p > 0.5) return -inverseStandardNormal(1 - p);
  let z = p < 0.02 ? -Math.sqrt(-2 * Math.log(p)) : 0;
  for (let step = 0; step < 60; step++) {
    const value = standardNormal(z);
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    const change = ((Math.log(value) - Math.log(p)) * value) / density;
    z -= change;
    if (Math.abs(change) <= 1e-16 * Math.max(1, Math.abs(z))) break;
  }
  return z;
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1 + 7.5;
  const series = LANCZOS.reduce(
    (sum, coefficient, i) => (i === 0 ? coefficient : sum + coefficient / (x - 1 + i)),
    0,
  );
  return Math.log(2 * Math.PI) / 2 + (x - 0.5) * Math.log(shifted) - shifted + Math.log(series);
}

/** The regularized incomplete beta function. */
function betaCdf(a: number, b: number, x: number): number {
  if (!(a > 0 && b > 0)) return bad("a and b must be greater than 0");
  if (!(x >= 0 && x <= 1)) return bad("value must be in the interval [0, 1]");
  if (x === 0 || x === 1) return x;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCdf(b, a, 1 - x);
  const fraction = continued(1, (step) => {
    const m = Math.floor(step / 2);
    const numerator =
      step % 2 === 0
        ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
        : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    return [numerator, 1];
  });
  const front =
    a * Math.log(x) + b * Math.log1p(-x) - Math.log(a) + logGamma(a + b) - logGamma(a) - logGamma(b);
  return Math.exp(front) / fraction;
}

export const distributionNatives: readonly Native[] = [
  {
    name: "trino_normal_cdf",
    takes: [DOUBLE, DOUBLE, DOUBLE],
    gives: DOUBLE,
    run: (mean: number, deviation: number, value: number) =>
      deviation > 0 ? standardNormal((value - mean) / deviation) : bad("standardDeviation must be > 0"),
  },
  {
    name: "trino_inverse_normal_cdf",
    takes: [DOUBLE, DOUBLE, DOUBLE],
    gives: DOUBLE,
    run: (mean: number, deviation: number, p: number) => {
      if (!(p > 0 && p < 1)) return bad("p must be 0 > p > 1");
      return deviation > 0 ? mean + deviation * inverseStandardNormal(p) : bad("sd must be > 0");
    },
  },
  { name: "trino_beta_cdf", takes: [DOUBLE, DOUBLE, DOUBLE], gives: DOUBLE, run: betaCdf },
];
