import { useState } from "preact/hooks";
import { rowsOf } from "./content";
import { pretty } from "./decode";
import { Copy } from "./page";

const SHOWN = 50;

/** Text with the places that contain a word marked. Text becomes text nodes only. */
export function Marked({ text, word }: { text: string; word: string }) {
  if (word === "") return <>{text}</>;
  const parts: preact.JSX.Element[] = [];
  const lower = text.toLowerCase();
  let from = 0;
  for (let at = lower.indexOf(word); at >= 0 && parts.length < 100; at = lower.indexOf(word, from)) {
    parts.push(<span key={`t${at}`}>{text.slice(from, at)}</span>);
    parts.push(<mark key={at}>{text.slice(at, at + word.length)}</mark>);
    from = at + word.length;
  }
  return (
    <>
      {parts}
      {text.slice(from)}
    </>
  );
}

export const cellText = (value: unknown): string =>
  value === undefined || value === null
    ? ""
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value);

interface LinesProps {
  readonly lines: readonly string[];
  readonly word: string;
}

/** Lines of a pack: JSON objects as a table, others as text. Lines with the word come first. */
export function Lines({ lines, word }: LinesProps) {
  const [raw, setRaw] = useState(false);
  const [all, setAll] = useState(false);
  const numbered = lines.map((text, index) => ({ text, number: index + 1 }));
  const matching = word === "" ? [] : numbered.filter(({ text }) => text.toLowerCase().includes(word));
  const chosen = matching.length > 0 && !all ? matching : numbered;
  const shown = all ? chosen.slice(0, 2000) : chosen.slice(0, SHOWN);
  const table = raw ? undefined : rowsOf(shown.map(({ text }) => text));
  return (
    <div class="lines">
      <div class="toolbar">
        <span class="muted">
          {matching.length > 0 && !all
            ? `${matching.length} of ${lines.length} lines match`
            : `${lines.length} line${lines.length === 1 ? "" : "s"}`}
        </span>
        {shown.length < lines.length && (
          <button type="button" class="quiet" onClick={() => setAll(true)}>
            Show all lines
          </button>
        )}
        {(table || raw) && (
          <button type="button" class="quiet" onClick={() => setRaw(!raw)}>
            {raw ? "As a table" : "As text"}
          </button>
        )}
        <Copy text={lines.join("\n")} />
      </div>
      {table ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section class="scroll" tabIndex={0} aria-label="Lines of the record">
          <table class="data">
            <thead>
              <tr>
                <th scope="col">#</th>
                {table.columns.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rows.map((row, index) => (
                <tr key={shown[index]?.number}>
                  <td class="muted">{shown[index]?.number}</td>
                  {table.columns.map((name) => (
                    <td key={name} class={typeof row[name] === "number" ? "number" : undefined}>
                      <Marked text={cellText(row[name])} word={word} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <pre tabIndex={0}>
          {shown.map(({ text, number }) => (
            <code key={number}>
              <Marked text={lines.length === 1 ? pretty(text) : text} word={word} />
              {"\n"}
            </code>
          ))}
        </pre>
      )}
    </div>
  );
}
