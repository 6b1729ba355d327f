import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "./source";

export const realTime: Clock = {
  now: Date.now,
  until: async (instant, signal) => {
    signal.throwIfAborted();
    await sleep(Math.max(0, instant - Date.now()), undefined, { signal });
  },
};
