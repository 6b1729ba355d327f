import { runProcess } from "../../tools/kit/run";
import { report } from "../command";

/** `report` alone, for the bundle that {@link file://./report.cjs} makes of it. */
runProcess({ report: async () => report }, ["report", ...process.argv.slice(2)]);
