import { useState } from "preact/hooks";
import { call } from "../kit/api";
import { Action } from "../kit/page";

/** Splits or merges the shards of a stream until it has the given number of equal ones. */
export function Reshard({ stream, open, done }: { stream: string; open: number; done: () => void }) {
  const [target, setTarget] = useState(open);
  const reshard = () =>
    call("kinesis", "UpdateShardCount", {
      StreamName: stream,
      TargetShardCount: target,
      ScalingType: "UNIFORM_SCALING",
    }).then(done);
  return (
    <div class="toolbar">
      <label class="row">
        Open shards
        <input
          type="number"
          class="short"
          min={1}
          value={target}
          onInput={(event) => setTarget(Number(event.currentTarget.value))}
        />
      </label>
      <Action run={reshard} done="Resharding">
        Change
      </Action>
    </div>
  );
}
