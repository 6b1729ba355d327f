// All suites on complete stacks run in one process, which previews each stack once.
import "./program.suite";
import "./environments.suite";
import "./golden.suite";
import "./options.suite";
import "./rights.suite";
import "./csv-table.suite";
import "./policy-pack.suite";
import "./site.suite";
import "./stack-files.suite";
import "./quota.suite";
import "../docs/operations.suite";
