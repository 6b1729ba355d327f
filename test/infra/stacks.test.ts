// One process for all that looks at whole stacks: it previews each of them once.
import "./program.suite";
import "./environments.suite";
import "./golden.suite";
import "./options.suite";
import "./rights.suite";
import "./csv-table.suite";
import "./policy-pack.suite";
