import { strict as assert } from "node:assert";
import { Evaluator } from "./evaluate";

/**
 * Texts with the double and the real that Trino 435 casts them to. It calls Java's Double.parseDouble and
 * Float.parseFloat, which ignore characters up to U+0020 around the number.
 */
const numbers: readonly (readonly [text: string, double: string, real: string])[] = [
  ["1", "1.0", "1.0"],
  ["1.", "1.0", "1.0"],
  [".1", "0.1", "0.1"],
  ["-1.5", "-1.5", "-1.5"],
  ["+1", "1.0", "1.0"],
  ["-0", "-0.0", "-0.0"],
  ["00012", "12.0", "12.0"],
  ["1E5", "100000.0", "100000.0"],
  ["1.e5", "100000.0", "100000.0"],
  [".5e5", "50000.0", "50000.0"],
  ["1e-5", "1.0E-5", "1.0E-5"],
  ["4503599627370496.5", "4.503599627370496E15", "4.5035996E15"],
  ["4503599627370496.5000000000000000000000000000001", "4.503599627370497E15", "4.5035996E15"],
  ["16777217.0000000001", "1.6777217E7", "1.6777218E7"],
  ["1e39", "1.0E39", "Infinity"],
  ["1e-46", "1.0E-46", "0.0"],
  ["1.7976931348623158e308", "1.7976931348623157E308", "Infinity"],
  ["1.7976931348623159e308", "Infinity", "Infinity"],
  ["-1e400", "-Infinity", "-Infinity"],
  ["-1e-400", "-0.0", "-0.0"],
  ["0e9999999999999999999999", "0.0", "0.0"],
  // The suffixes of Java's literals.
  ["1d", "1.0", "1.0"],
  ["1.F", "1.0", "1.0"],
  ["-1.5f", "-1.5", "-1.5"],
  ["+1e5D", "100000.0", "100000.0"],
  ["1e400d", "Infinity", "Infinity"],
  ["16777217.0000000001f", "1.6777217E7", "1.6777218E7"],
  ["Infinity", "Infinity", "Infinity"],
  ["+Infinity", "Infinity", "Infinity"],
  ["-Infinity", "-Infinity", "-Infinity"],
  ["NaN", "NaN", "NaN"],
  ["+NaN", "NaN", "NaN"],
  ["-NaN", "NaN", "NaN"],
  ["0x1p3", "8.0", "8.0"],
  ["-0X1P3", "-8.0", "-8.0"],
  ["+0x1.8p1f", "3.0", "3.0"],
  ["0x.8p1D", "1.0", "1.0"],
  ["0x1.p-3", "0.125", "0.125"],
  ["-0x0p0", "-0.0", "-0.0"],
  ["0x1.00000000000008p0", "1.0", "1.0"],
  ["0x1.00000000000018p0", "1.0000000000000004", "1.0"],
  ["0x1.0000000000000800000000000001p0", "1.0000000000000002", "1.0"],
  ["0x1.000001p0", "1.0000000596046448", "1.0"],
  ["0x1.0000010000001p0", "1.000000059604645", "1.0000001"],
  ["0x1.fffffffffffff7p1023", "1.7976931348623157E308", "Infinity"],
  ["0x1.fffffffffffff8p1023", "Infinity", "Infinity"],
  ["0x1.fffffep127", "3.4028234663852886E38", "3.4028235E38"],
  ["-0x1.ffffffp127", "-3.4028235677973366E38", "-Infinity"],
  ["0x1p-1022", "2.2250738585072014E-308", "0.0"],
  ["-0x1p-1075", "-0.0", "-0.0"],
  ["0x1.9p-146", "1.7516230804060213E-44", "1.7E-44"],
  ["0x1.90001p-146", "1.7516241495119054E-44", "1.8E-44"],
  ["0x1p99999999999", "Infinity", "Infinity"],
  ["0x1p-99999999999", "0.0", "0.0"],
  ["0x0p99999999999", "0.0", "0.0"],
  [" 1", "1.0", "1.0"],
  ["\t+1 \r\n", "1.0", "1.0"],
  ["\u00011\u001f", "1.0", "1.0"],
  ["\u0000-1.5d\u001c", "-1.5", "-1.5"],
  [" Infinity ", "Infinity", "Infinity"],
  ["-NaN\u001c", "NaN", "NaN"],
  ["\n0x1p3 ", "8.0", "8.0"],
];

const invalid: readonly string[] = [
  ...["", " ", "\u0000", ".", "-", "+", "e5", ".e5", "d", ".d", "true", "abc", "(1)", "1%", "1,5", "1 2"],
  ...["+-1", "-+1", "--1", "++1", "+-0", " +-1.5 ", "+-1d", "+-Infinity", "+-0x1p3", "- 1", "1-", "1e+-5"],
  ...["1e", "1e+", "1e 5", "1e5.0", "1 d", "1df", "1dd", "1L", "1_000", "1e1_0", "0b1", "0o7"],
  ...["nan", "NAN", "nan(1)", "NaNd", "inf", "-Inf", "infinity", "INFINITY", "Infinityd", "- Infinity"],
  ...["0x1", "0x1.8", "0x1d", "0x.p1", "0xp1", "0x1p", "0x1p0x3", "0xgp1", "0x1_0p3", "1p3", "0x1p3.0"],
  ...["\u0661", "\u22121", "\u00a01", "1\u3000", "\u00851", "\ufeff1", "1\u007f", "0x1p\u0663"],
];

const literal = (text: string): string =>
  `'${text.replaceAll("'", "''").replaceAll("\u0000", "' || chr(0) || '")}'`;

describe("CAST of texts to double and real", () => {
  const evaluator = new Evaluator();
  after(() => evaluator.stop());
  const texts = [...numbers.map(([text]) => text), ...invalid];
  const expected = [
    ...numbers.map(([text, double, real]) => [text, double, real]),
    ...invalid.map((text) => [text, null, null]),
  ];
  const named = (rows: readonly (string | null)[][]) => rows.map((row, i) => [texts[i], ...row]);

  it("reads each text of a column as Java does", async () => {
    const rows = texts.map((text, i) => `(${i}, ${literal(text)})`).join(", ");
    assert.deepEqual(
      named(
        await evaluator.rows(
          `SELECT TRY_CAST(x AS double), TRY_CAST(x AS real) FROM (VALUES ${rows}) AS t (i, x) ORDER BY i`,
        ),
      ),
      expected,
    );
  });

  it("reads each literal as Java does", async () => {
    const casts = texts.map(
      (text) => `TRY_CAST(${literal(text)} AS double), TRY_CAST(${literal(text)} AS real)`,
    );
    const [row = []] = await evaluator.rows(`SELECT ${casts.join(", ")}`);
    assert.deepEqual(named(texts.map((_, i) => row.slice(2 * i, 2 * i + 2))), expected);
  });

  it("reads with CAST what TRY_CAST reads", async () => {
    const rows = numbers.map(([text], i) => `(${i}, ${literal(text)})`).join(", ");
    assert.deepEqual(
      named(
        await evaluator.rows(
          `SELECT CAST(x AS double), CAST(x AS real) FROM (VALUES ${rows}) AS t (i, x) ORDER BY i`,
        ),
      ),
      expected.slice(0, numbers.length),
    );
  });

  for (const type of ["double", "real"])
    it(`fails with CAST to ${type} where TRY_CAST gives NULL`, async () => {
      const accepted: string[] = [];
      for (const text of invalid) {
        const said = await evaluator.text(
          `SELECT CAST(x AS ${type}) FROM (VALUES ${literal(text)}) AS t (x)`,
        );
        if (!said.startsWith("INVALID_CAST_ARGUMENT: Cannot cast ")) accepted.push(`${text}: ${said}`);
      }
      assert.deepEqual(accepted, []);
    });
});
