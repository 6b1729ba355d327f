import { setMaxListeners } from "node:events";

/** Each call in flight listens to its signal. Node warns of a leak above ten listeners, which is a false alarm here. */
export const allowManyCalls = (signal: AbortSignal): void => setMaxListeners(0, signal);
