// The suites look at the same catch-up, which costs some twenty seconds of CPU.
import "./start-once.suite";
import "./dashboard.suite";
import { removeCatchUp } from "./caught-up";

after(removeCatchUp);
