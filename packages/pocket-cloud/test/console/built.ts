import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Builds the console as the `prepare` script does. */
export const buildConsole = (): void => {
  execFileSync(process.execPath, [join(__dirname, "../../console/build.mjs")]);
};
