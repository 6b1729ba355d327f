// The suites ask the same `npm start`, which costs some fifteen seconds of CPU. The labs come last: they send more data.
import "./pipes.suite";
import "./docs-labs.suite";
import { stopSharedDemo } from "./support/demo";

after(stopSharedDemo);
