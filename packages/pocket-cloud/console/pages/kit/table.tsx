import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { Empty } from "./page";

export interface Column<Row> {
  readonly name: string;
  readonly of: (row: Row) => ComponentChildren;
  /** What the column is sorted by. A column without it cannot be sorted. */
  readonly sort?: (row: Row) => string | number | undefined;
  readonly number?: boolean;
  readonly wide?: boolean;
}

export interface TableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  /** What a list without rows means. */
  readonly empty?: ComponentChildren;
  /** Text that the filter looks in. Without it there is no filter. */
  readonly textOf?: (row: Row) => string;
  readonly actions?: ComponentChildren;
}

/** A filter gets its own line of input only when a list is long enough to need it. */
const FILTERED_FROM = 8;
/** Rows drawn at once: more would make the page slow. */
const DRAWN = 500;

export function Table<Row>({ label, rows, columns, keyOf, empty, textOf, actions }: TableProps<Row>) {
  const [filter, setFilter] = useState("");
  const [order, setOrder] = useState<{ name: string; down: boolean }>();
  const shown = useMemo(() => {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    const found = words.length && textOf ? rows.filter((row) => matches(textOf(row), words)) : rows;
    const by = order && columns.find(({ name }) => name === order.name)?.sort;
    return by ? [...found].sort((a, b) => compare(by(a), by(b)) * (order.down ? -1 : 1)) : found;
  }, [rows, filter, order, columns, textOf]);
  const filtered = textOf !== undefined && rows.length >= FILTERED_FROM;
  const sortBy = (name: string) =>
    setOrder((now) => ({ name, down: now?.name === name ? !now.down : false }));
  return (
    <>
      {(filtered || actions) && (
        <div class="toolbar">
          {filtered && (
            <input
              type="search"
              placeholder="Filter"
              aria-label={`Filter ${label}`}
              value={filter}
              onInput={(event) => setFilter(event.currentTarget.value)}
            />
          )}
          {filtered && (
            <span class="muted" role="status">
              {shown.length === rows.length ? `${rows.length}` : `${shown.length} of ${rows.length}`}
            </span>
          )}
          {actions}
        </div>
      )}
      {rows.length === 0 ? (
        <Empty>{empty ?? `No ${label}.`}</Empty>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section class="scroll" aria-label={label} tabIndex={0}>
          <table>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th
                    key={column.name}
                    scope="col"
                    class={column.number ? "number" : undefined}
                    aria-sort={
                      order?.name !== column.name ? undefined : order.down ? "descending" : "ascending"
                    }
                  >
                    {column.sort ? (
                      <button type="button" class="sort" onClick={() => sortBy(column.name)}>
                        {column.name}
                      </button>
                    ) : (
                      column.name
                    )}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.slice(0, DRAWN).map((row) => (
                <tr key={keyOf(row)}>
                  {columns.map((column) => (
                    <td key={column.name} class={cellClass(column)}>
                      {column.of(row)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {shown.length > DRAWN && (
            <p class="muted more">
              The first {DRAWN} of {shown.length} rows. Filter to see others.
            </p>
          )}
        </section>
      )}
    </>
  );
}

const cellClass = <Row,>({ number, wide }: Column<Row>): string | undefined =>
  number ? "number" : wide ? "wide" : undefined;

const matches = (text: string, words: readonly string[]): boolean => {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
};

function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b ? -1 : 1;
}
