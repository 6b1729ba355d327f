import { useMemo, useState } from "preact/hooks";
import { callLocal } from "../kit/api";
import { useLive } from "../kit/live";
import { Action, Badge, Empty, Page, Panel, Problem } from "../kit/page";
import { Reading } from "../kit/reading";
import { Table } from "../kit/table";
import { describeFault, faultsOf, INNER_OPERATIONS, type Rule } from "./faults";

interface InForce {
  readonly rule: Rule;
  readonly left?: number;
}

/** Switches faults on and off, to see what they do to the pipeline. */
export function FaultsPage() {
  const read = useLive(
    "faults",
    async (signal) => (await callLocal<{ Rules: InForce[] }>("GetFaults", {}, signal)).Rules,
    2000,
  );
  const rules = read.data ?? [];
  const put = (next: readonly Rule[]) => callLocal("PutFaults", { rules: next }).then(read.reload);
  const inForce = rules.map(
    ({ rule, left }): Rule => (left === undefined ? rule : { ...rule, times: Math.max(1, left) }),
  );
  return (
    <Page
      title="Faults"
      about="Make calls of a service fail, and watch what the pipeline does about it. The console's own calls are spared."
      actions={
        rules.length > 0 && (
          <Action run={() => put([])} done="Removed">
            Remove all
          </Action>
        )
      }
    >
      <Reading of={read} />
      <NewFault add={(rule) => put([...inForce, rule])} />
      <Panel class="flush" title="In force">
        {rules.length === 0 ? (
          <Empty>No faults. Every call runs as it is.</Empty>
        ) : (
          <Table
            label="faults"
            rows={rules.map((each, index) => ({ ...each, index }))}
            keyOf={({ index }) => String(index)}
            columns={[
              { name: "Service", of: ({ rule }) => rule.service },
              { name: "Operation", of: ({ rule }) => <code>{rule.operation}</code> },
              { name: "Fault", of: ({ rule }) => describeFault(rule.fault), wide: true },
              {
                name: "Share of calls",
                of: ({ rule }) => `${Math.round((rule.rate ?? 1) * 100)} %`,
                number: true,
              },
              {
                name: "Calls left",
                of: ({ left }) =>
                  left === undefined ? "unlimited" : left === 0 ? <Badge text="used up" /> : left,
                number: true,
              },
              {
                name: "Remove",
                of: ({ index }) => (
                  <Action run={() => put(inForce.filter((_, at) => at !== index))} done="">
                    Remove
                  </Action>
                ),
              },
            ]}
          />
        )}
      </Panel>
    </Page>
  );
}

const OPERATION_NAMES: Readonly<Record<string, string>> = {
  "*": "all calls",
  Handler: "Handler (the code of functions)",
  BatchWriteItemEntry: "entries of BatchWriteItem",
};

function NewFault({ add }: { add: (rule: Rule) => Promise<unknown> }) {
  const operations = useLive("operations", async (signal) => {
    const { Operations } = await callLocal<{ Operations: Record<string, string[]> }>(
      "ListOperations",
      {},
      signal,
    );
    return Operations;
  });
  const [service, setService] = useState("lambda");
  const [operation, setOperation] = useState("Handler");
  const [fault, setFault] = useState(0);
  const [percent, setPercent] = useState(100);
  const [times, setTimes] = useState("");
  const choices = useMemo(
    () => [...(INNER_OPERATIONS[service] ?? []), "*", ...(operations.data?.[service] ?? []).toSorted()],
    [operations.data, service],
  );
  const faults = faultsOf(operation);
  const chosen = faults[fault] ?? faults[0];
  const rule = chosen && {
    service,
    operation,
    fault: chosen,
    rate: percent / 100,
    ...(Number(times) > 0 && { times: Number(times) }),
  };
  return (
    <Panel title="Inject a fault">
      <Problem error={operations.error} />
      <div class="toolbar form last">
        <label>
          Service
          <select
            value={service}
            onChange={(event) => {
              setService(event.currentTarget.value);
              setOperation("*");
              setFault(0);
            }}
          >
            {Object.keys(operations.data ?? { lambda: [] })
              .toSorted()
              .map((name) => (
                <option key={name}>{name}</option>
              ))}
          </select>
        </label>
        <label>
          Operation
          <select
            value={operation}
            onChange={(event) => {
              setOperation(event.currentTarget.value);
              setFault(0);
            }}
          >
            {choices.map((name) => (
              <option key={name} value={name}>
                {OPERATION_NAMES[name] ?? name}
              </option>
            ))}
          </select>
        </label>
        <label class="grow">
          Fault
          <select value={fault} onChange={(event) => setFault(Number(event.currentTarget.value))}>
            {faults.map((each, index) => (
              <option key={describeFault(each)} value={index}>
                {describeFault(each)}
              </option>
            ))}
          </select>
        </label>
        <label>
          Share of calls (%)
          <input
            type="number"
            class="short"
            min={1}
            max={100}
            value={percent}
            onInput={(event) => setPercent(Number(event.currentTarget.value))}
          />
        </label>
        <label>
          Calls
          <input
            type="number"
            class="short"
            min={1}
            placeholder="Unlimited"
            value={times}
            onInput={(event) => setTimes(event.currentTarget.value)}
          />
        </label>
        <Action run={() => (rule ? add(rule) : Promise.resolve())} done="Injected">
          Inject
        </Action>
      </div>
    </Panel>
  );
}
