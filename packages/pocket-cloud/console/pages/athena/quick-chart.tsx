import { Chart } from "../kit/chart";
import { Empty } from "../kit/page";
import type { Result } from "./query";

const NUMERIC = /^(?:tinyint|smallint|integer|int|bigint|float|real|double|decimal)/;
const TIME = /^(?:timestamp|date)/;
const LINES = 8;
const BARS = 40;

/** A chart of a result without questions: over time if there is a time, else a bar for each row. */
export function QuickChart({ result: { columns, rows } }: { result: Result }) {
  const times = columns.findIndex(({ type }) => TIME.test(type));
  const numbers = columns.flatMap(({ type }, index) => (NUMERIC.test(type) ? [index] : []));
  const labels = columns.findIndex(
    ({ type }, index) => index !== times && !numbers.includes(index) && type !== "",
  );
  const [first] = numbers;
  if (first === undefined) return <Empty>A chart needs a column of numbers.</Empty>;
  if (times >= 0) {
    const lines =
      labels >= 0
        ? byLabel(rows, times, labels, first)
        : numbers.slice(0, LINES).map((index) => lineOf(rows, times, index, columns[index]?.name ?? ""));
    return (
      <div class="quick-chart">
        <Chart label="Chart of the result" lines={lines} height={320} />
      </div>
    );
  }
  const shown = rows
    .slice(0, BARS)
    .map((row) => ({ label: row[labels < 0 ? 0 : labels] ?? "", value: Number(row[first] ?? 0) }));
  const top = Math.max(...shown.map(({ value }) => Math.abs(value)), 1e-9);
  return (
    <table class="bars">
      <caption>{columns[first]?.name}</caption>
      <tbody>
        {shown.map(({ label, value }, index) => (
          <tr key={index}>
            <th scope="row">{label}</th>
            <td>
              <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                <rect width={(Math.abs(value) / top) * 100} height="10" rx="1" />
              </svg>
            </td>
            <td class="number">{value.toLocaleString("en-US")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type Rows = Result["rows"];

const instant = (text: string | null | undefined): number =>
  Date.parse(
    /^\d{4}-\d\d-\d\d \d/.test(text ?? "") ? `${text?.slice(0, 23).replace(" ", "T")}Z` : (text ?? ""),
  );

const lineOf = (rows: Rows, times: number, index: number, name: string) => ({
  name,
  points: rows
    .flatMap((row): [number, number][] => {
      const [at, value] = [instant(row[times]), row[index]];
      return Number.isNaN(at) || value === null || value === undefined ? [] : [[at, Number(value)]];
    })
    .sort(([a], [b]) => a - b),
});

/** A line for each of the most frequent labels. */
function byLabel(rows: Rows, times: number, labels: number, index: number) {
  const groups = new Map<string, (typeof rows)[number][]>();
  for (const row of rows) {
    const label = row[labels] ?? "";
    const group = groups.get(label);
    if (group) group.push(row);
    else groups.set(label, [row]);
  }
  return [...groups]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, LINES)
    .map(([label, group]) => lineOf(group, times, index, label));
}
