import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { loadReport, reportIds } from "../../sql/library/library";
import { commandsIn, pages, root } from "./pages";

/** Options of reports are those of their parameters, also of the reports that a page shows in full. */
const parameters = new Set([
  ...reportIds().flatMap((id) => loadReport(id).params.map(({ name }) => name)),
  ...pages.flatMap(({ text }) => [...text.matchAll(/^-- param: ([a-z_]+)/gm)].map(([, name = ""]) => name)),
]);
/** Of mocha, tsx and npm scripts that are no commands of tools/main.ts. */
const scripts: Readonly<Record<string, readonly string[]>> = {
  bench: ["quick", "posts", "help"],
  simulate: ["seeds"],
};

/** The options in a command's help. `site` and the like have a help of their own. */
function optionsOf(command: string): ReadonlySet<string> {
  const help = (...words: string[]): string => {
    const args = ["--require", "tsx/cjs", join(root, "tools/main.ts"), ...words, "--help"];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
    return stdout + stderr;
  };
  const texts =
    command === "report"
      ? [help("report"), help("report", "site"), help("report", "history"), help("report", "new")]
      : command === "mongo"
        ? [help("mongo"), "--since --limit --text"]
        : [help(command)];
  return new Set([...texts.join("\n").matchAll(/--([a-z][a-z-]+)/g)].map(([, flag = ""]) => flag));
}

describe("Options in the documentation", function () {
  this.timeout(300_000);

  it("exist", () => {
    const known = new Map<string, ReadonlySet<string>>();
    const wrong = pages.flatMap(commandsIn).flatMap(({ file, command, flags }) => {
      if (flags.length === 0 || ["test", "test:slow"].includes(command)) return [];
      const given = scripts[command];
      const options = given ? new Set(given) : (known.get(command) ?? optionsOf(command));
      known.set(command, options);
      return flags
        .filter((flag) => !options.has(flag) && flag !== "help")
        .filter((flag) => !(["report", "export"].includes(command) && parameters.has(flag)))
        .map((flag) => `${file}: npm run ${command} -- --${flag}`);
    });
    assert.ok(known.size > 12);
    assert.deepEqual(wrong, []);
  });
});
