import type { Cloud } from "../../packages/pocket-cloud";
import { aborted } from "../kit/interrupt";
import { redraws } from "../kit/output";
import { minuteOf } from "./catch-up";
import type { Failures } from "./failures";
import type { LiveView } from "./live-view";
import { log } from "./log";

const REDRAW_MS = 1000;
const ALARMS_MS = 15_000;

/** While something fails, its line is repeated after this time where no terminal is. */
const REPEAT_MS = 60_000;

/** Shows the stages until Ctrl-C, and without a terminal each change of the failures. */
export async function watch(
  cloud: Cloud,
  view: LiveView,
  failures: Failures,
  signal: AbortSignal,
): Promise<void> {
  const began = Date.now();
  view.rebase();
  let failing = "";
  let said = 0;
  const redraw = setInterval(() => {
    const problem = failures.failing === "" ? "live" : `FAILING: ${failures.failing}`;
    view.draw(`${problem}, ${minuteOf(Date.now())} UTC, Ctrl-C stops`, began);
    if (redraws(process.stderr)) return;
    const repeat = failures.failing !== "" && Date.now() - said >= REPEAT_MS;
    if (failures.failing === failing && !repeat) return;
    failing = failures.failing;
    said = Date.now();
    log(failing === "" ? "all functions and polls work again" : failures.lines().join("\n"));
  }, REDRAW_MS);
  const alarms = setInterval(() => void failures.readAlarms(cloud), ALARMS_MS);
  await aborted(signal);
  clearInterval(redraw);
  clearInterval(alarms);
  view.clear();
}
