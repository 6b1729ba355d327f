import { useState } from "preact/hooks";
import { cellText, Marked } from "../kit/data";

interface GridProps {
  readonly label: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

const AT_ONCE = 200;
const FILTERED_FROM = 8;

/** A table of data: cells in one line, numbers to the right. */
export function Grid({ label, columns, rows }: GridProps) {
  const [shown, setShown] = useState(AT_ONCE);
  const [filter, setFilter] = useState("");
  const word = filter.toLowerCase();
  const found =
    word === ""
      ? rows
      : rows.filter((row) => row.some((cell) => cellText(cell).toLowerCase().includes(word)));
  const numeric = columns.map((_, index) => rows.slice(0, 50).every((row) => isNumeric(row[index])));
  return (
    <>
      {rows.length >= FILTERED_FROM && (
        <div class="toolbar">
          <input
            type="search"
            placeholder="Find in these rows"
            aria-label={`Find in ${label.toLowerCase()}`}
            value={filter}
            onInput={(event) => setFilter(event.currentTarget.value)}
          />
          {word !== "" && (
            <span class="muted" role="status">
              {found.length} of {rows.length} rows
            </span>
          )}
        </div>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
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
            {found.slice(0, shown).map((row, at) => (
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
                      <Marked text={cellText(row[index])} word={word} />
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {shown < found.length && (
          <p class="more">
            <button type="button" class="quiet" onClick={() => setShown(shown + AT_ONCE)}>
              Show more of the {found.length} rows
            </button>
          </p>
        )}
      </section>
    </>
  );
}

const isNumeric = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  typeof value === "number" ||
  (typeof value === "string" && /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(value));
