import { useRef, useState } from "preact/hooks";
import { type Catalogue, type Suggestion, suggestionsAt, wordAt } from "./sql";

interface EditorProps {
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
  readonly placeholder: string;
  readonly catalogue: Catalogue;
}

/** The size of a character of the editor's font; see style/athena.css. */
const LINE_HEIGHT = 20;
const PADDING = 12;

/** A text area for SQL that completes tables, columns and words. Ctrl+Enter runs the statement. */
export function Editor({ value, onChange, onRun, placeholder, catalogue }: EditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const [suggested, setSuggested] = useState<readonly Suggestion[]>([]);
  const [chosen, setChosen] = useState(0);
  const suggest = () => {
    const element = area.current;
    if (!element) return;
    const caret = element.selectionStart;
    setSuggested(caret === element.selectionEnd ? suggestionsAt(element.value, caret, catalogue) : []);
    setChosen(0);
  };
  const close = () => setSuggested([]);
  const accept = (suggestion: Suggestion) => {
    const element = area.current;
    if (!element) return;
    const { start } = wordAt(value, element.selectionStart);
    element.setRangeText(suggestion.text, start, element.selectionStart, "end");
    onChange(element.value);
    element.focus();
    close();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      close();
      onRun();
      return;
    }
    const suggestion = suggested[chosen];
    if (!suggestion) return;
    if (event.key === "ArrowDown") setChosen((chosen + 1) % suggested.length);
    else if (event.key === "ArrowUp") setChosen((chosen + suggested.length - 1) % suggested.length);
    else if (event.key === "Tab" || event.key === "Enter") accept(suggestion);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  };
  const open = suggested.length > 0;
  return (
    <div class="editor">
      <textarea
        ref={area}
        class="code"
        aria-label="SQL"
        aria-controls="suggestions"
        aria-autocomplete="list"
        aria-activedescendant={open ? `suggestion-${chosen}` : undefined}
        spellcheck={false}
        placeholder={placeholder}
        rows={Math.min(20, Math.max(8, value.split("\n").length + 1))}
        value={value}
        onInput={(event) => {
          onChange(event.currentTarget.value);
          suggest();
        }}
        onKeyDown={onKeyDown}
        onClick={close}
        onBlur={close}
      />
      <div
        id="suggestions"
        class="suggestions"
        role="listbox"
        aria-label="Completions"
        hidden={!open}
        style={placeOf(area.current)}
      >
        {suggested.map((suggestion, index) => (
          <div
            key={`${suggestion.kind} ${suggestion.text}`}
            id={`suggestion-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            onMouseDown={(event) => {
              event.preventDefault();
              accept(suggestion);
            }}
          >
            {suggestion.text} <span class="muted">{suggestion.kind === "word" ? "" : suggestion.kind}</span>
          </div>
        ))}
      </div>
    </div>
  );
}

/** Below the caret. The font is monospaced and lines do not wrap, so the place follows from line and column. */
function placeOf(area: HTMLTextAreaElement | null): { left: string; top: string } {
  if (!area) return { left: "0", top: "0" };
  const before = area.value.slice(0, area.selectionStart).split("\n");
  const column = before.at(-1)?.length ?? 0;
  const top = PADDING + before.length * LINE_HEIGHT - area.scrollTop + 4;
  return {
    left: `min(calc(${PADDING}px + ${column}ch - ${area.scrollLeft}px), calc(100% - 240px))`,
    top: `${top}px`,
  };
}
