import { useState } from "preact/hooks";
import type { GlueTable } from "../glue/tables";

interface TreeProps {
  readonly tables: readonly GlueTable[];
  readonly insert: (text: string) => void;
  readonly preview: (table: string) => void;
}

/** The tables and views of a database with their columns. */
export function TableTree({ tables, insert, preview }: TreeProps) {
  const [filter, setFilter] = useState("");
  const word = filter.toLowerCase();
  const shown = tables.filter(
    ({ Name = "", StorageDescriptor }) =>
      Name.includes(word) || StorageDescriptor?.Columns?.some((column) => column.Name?.includes(word)),
  );
  return (
    <div class="tree">
      <input
        type="search"
        placeholder="Filter tables and columns"
        aria-label="Filter tables and columns"
        value={filter}
        onInput={(event) => setFilter(event.currentTarget.value)}
      />
      <ul>
        {shown.map((table) => (
          <li key={table.Name}>
            <details>
              <summary>
                {table.Name}
                {table.TableType === "VIRTUAL_VIEW" && <span class="muted"> view</span>}
              </summary>
              <div class="tree-actions">
                <button type="button" class="quiet" onClick={() => preview(table.Name ?? "")}>
                  Preview
                </button>
                <button type="button" class="quiet" onClick={() => insert(table.Name ?? "")}>
                  Insert name
                </button>
              </div>
              <ul>
                {[...(table.StorageDescriptor?.Columns ?? []), ...(table.PartitionKeys ?? [])].map(
                  ({ Name, Type }) => (
                    <li key={Name}>
                      <button
                        type="button"
                        class="column"
                        onClick={() => insert(Name ?? "")}
                        title={`Insert ${Name}`}
                      >
                        <span>{Name}</span> <span class="muted">{Type}</span>
                      </button>
                    </li>
                  ),
                )}
              </ul>
            </details>
          </li>
        ))}
      </ul>
    </div>
  );
}
