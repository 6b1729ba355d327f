import { report } from "../commands/report";
import { runProcess } from "../run";

/** `report` alone, for the bundle that {@link file://./report.cjs} makes of it. */
runProcess({ report: async () => report }, ["report", ...process.argv.slice(2)]);
