import { useState } from "preact/hooks";
import { cellText } from "../kit/data";

interface GridProps {
  readonly label: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

const AT_ONCE = 200;

/** A table of data: cells in one line, numbers to the right. */
export function Grid({ label, columns, rows }: GridProps) {
  const [shown, setShown] = useState(AT_ONCE);
  const numeric = columns.map((_, index) => rows.slice(0, 50).every((row) => isNumeric(row[index])));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="scroll" tabIndex={0} aria-label={label}>
      <table class="data">
        <thead>
          <tr>
            {columns.map((name, index) => (
              <th key={`${index} ${name}`} scope="col" class={numeric[index] ? "number" : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map((row, at) => (
            <tr key={at}>
              {columns.map((name, index) => (
                <td
                  key={`${index} ${name}`}
                  class={numeric[index] ? "number" : undefined}
                  title={cellText(row[index]).length > 60 ? cellText(row[index]) : undefined}
                >
                  {row[index] === null || row[index] === undefined ? (
                    <span class="muted">null</span>
                  ) : (
                    cellText(row[index])
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {shown < rows.length && (
        <p class="more">
          <button type="button" class="quiet" onClick={() => setShown(shown + AT_ONCE)}>
            Show more of the {rows.length} rows
          </button>
        </p>
      )}
    </section>
  );
}

const isNumeric = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  typeof value === "number" ||
  (typeof value === "string" && /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(value));
