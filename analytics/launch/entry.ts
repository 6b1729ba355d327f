import { runProcess } from "../../tools/kit/run";
import { report } from "../command";

/** Entry of the bundle: only the `report` command. */
runProcess({ report: () => report }, ["report", ...process.argv.slice(2)]);
