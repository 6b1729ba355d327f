import { randomBytes } from "node:crypto";

/** A name for a run: its time, and digits that no other run of the same second has. */
export const newRun = (): string =>
  `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, "")}Z-${randomBytes(4).toString("hex")}`;
