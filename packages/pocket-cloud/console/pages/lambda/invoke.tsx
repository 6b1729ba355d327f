import { useState } from "preact/hooks";
import { call } from "../kit/api";
import { useChanges } from "../kit/changes";
import { fromBase64, pretty, textOf, toBase64 } from "../kit/decode";
import { duration } from "../kit/format";
import { Badge, Panel, Problem } from "../kit/page";

interface Outcome {
  readonly failed?: string | undefined;
  readonly payload: string;
  readonly log: string;
  readonly millis: number;
}

/** Invokes a function with an event, and shows its answer and its log. */
export function Invoke({ name }: { name: string }) {
  const { allowed } = useChanges();
  const [event, setEvent] = useState("{}");
  const [state, setState] = useState<{ busy?: boolean; error?: Error; outcome?: Outcome }>({});
  const invoke = async () => {
    setState({ busy: true });
    const begun = performance.now();
    try {
      JSON.parse(event);
      const { FunctionError, Payload, LogResult } = await call("lambda", "Invoke", {
        FunctionName: name,
        LogType: "Tail",
        Payload: toBase64(event),
      } as never);
      const outcome = {
        failed: FunctionError,
        payload: textOf(fromBase64(String(Payload ?? ""))) ?? "",
        log: LogResult === undefined ? "" : (textOf(fromBase64(LogResult)) ?? ""),
        millis: performance.now() - begun,
      };
      setState({ outcome });
    } catch (error) {
      setState({ error: error as Error });
    }
  };
  return (
    <>
      <Panel title="Event">
        <textarea
          class="code full"
          rows={10}
          aria-label="Event as JSON"
          spellcheck={false}
          value={event}
          onInput={(change) => setEvent(change.currentTarget.value)}
        />
        <div class="toolbar">
          <button
            type="button"
            class="primary"
            disabled={!allowed || state.busy}
            onClick={() => void invoke()}
          >
            {state.busy ? "Running" : "Invoke"}
          </button>
          {!allowed && <span class="muted">Switch “Allow changes” on to invoke the function.</span>}
        </div>
      </Panel>
      <Problem error={state.error} />
      {state.outcome && (
        <Panel
          title="Result"
          actions={
            <>
              <Badge
                text={state.outcome.failed ?? "Successful"}
                tone={state.outcome.failed ? "bad" : "good"}
              />
              <span class="muted">{duration(state.outcome.millis)}</span>
            </>
          }
        >
          <pre>{pretty(state.outcome.payload)}</pre>
          {state.outcome.log !== "" && (
            <>
              <h3>Log</h3>
              <pre>{state.outcome.log}</pre>
            </>
          )}
        </Panel>
      )}
    </>
  );
}
