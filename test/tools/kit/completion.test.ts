import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { completionScript } from "../../../tools/kit/completion";
import { choice, flag, text } from "../../../tools/kit/options";

const words = {
  program: "lake-tool",
  command: "npm run lake",
  first: new Map([
    ["show", { format: choice("FORMAT", "output", ["text", "json"]) }],
    ["send", { once: flag("once"), dir: text("PATH", "folder") }],
  ]),
  shared: { env: choice("NAME", "environment", ["dev", "prod"]) },
  further: new Map([["show", ["first", "second"]]]),
};

describe("completionScript", () => {
  const offered = (...line: string[]): string => {
    const call =
      'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _lake_tool; echo $(printf "%s\\n" $' + "{COMPREPLY[@]})";
    const script = `${completionScript("bash", words)}\n${call}`;
    return execFileSync("bash", ["-c", script, "bash", ...line], { encoding: "utf8" }).trim();
  };

  it("completes words, options and values in bash", () => {
    assert.equal(offered("lake-tool", "s"), "show send");
    assert.equal(offered("lake-tool", "show", "sec"), "second");
    assert.equal(offered("lake-tool", "show", "--"), "--format --env");
    assert.equal(offered("lake-tool", "show", "--format", "j"), "json");
    assert.equal(offered("lake-tool", "send", "--format", "j"), "");
    assert.equal(offered("lake-tool", "send", "--env", ""), "dev prod");
    assert.equal(offered("lake-tool", "send", "--dir", "/et"), "/etc");
  });

  it("writes scripts for zsh and fish", () => {
    assert.match(completionScript("zsh", words), /^# lake-tool: zsh completion\n.*\n.*bashcompinit\n/s);
    assert.match(
      completionScript("fish", words),
      /complete -c lake-tool -n "__fish_seen_subcommand_from show" -l format -x -a "text json"\n/,
    );
  });
});
