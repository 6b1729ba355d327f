import { strict as assert } from "node:assert";
import {
  choice,
  flag,
  optionsHelp,
  parseOptions,
  required,
  text,
  texts,
  wholeNumber,
} from "../../../tools/kit/options";

const options = {
  port: wholeNumber("port of the cloud", 0, 65_535, 4566),
  format: choice("FORMAT", "output", ["text", "json"]),
  dir: text("PATH", "state directory", ".pricelake"),
  where: texts("K=V", "a condition"),
  once: flag("stops after the catch-up"),
};

describe("parseOptions", () => {
  it("reads every type of option, with defaults", () => {
    assert.deepEqual(parseOptions([], options), {
      values: { port: 4566, format: undefined, dir: ".pricelake", where: [], once: false },
      positionals: [],
    });
    const args = [
      "a",
      "--port",
      "0",
      "--format=json",
      "--where",
      "x=1",
      "--where",
      "y=2",
      "--once",
      "--",
      "--b",
    ];
    assert.deepEqual(parseOptions(args, options), {
      values: { port: 0, format: "json", dir: ".pricelake", where: ["x=1", "y=2"], once: true },
      positionals: ["a", "--b"],
    });
  });

  for (const [args, message] of [
    [["--port", "70000"], '--port takes a whole number from 0 to 65535, not "70000"'],
    [["--port", ""], '--port takes a whole number from 0 to 65535, not ""'],
    [["--format", "jsn"], '--format takes one of text, json, not "jsn"; did you mean json?'],
    [["--once=yes"], '--once takes no value, not "yes"'],
    [["--dir"], "--dir takes a value: --dir PATH"],
    [["--dir", "--once"], "--dir takes a value; one that starts with a dash is written --dir=--once"],
    [["--formt", "json"], "there is no option --formt; did you mean --format?"],
    [["-p", "1"], "there is no option -p; options: --port, --format, --dir, --where, --once"],
  ] as const)
    it(`refuses ${args.join(" ")}`, () => {
      assert.throws(() => parseOptions(args, options), { exitCode: 2, message });
    });

  it("refuses the absence of a required option", () => {
    assert.throws(() => parseOptions([], { feed: required(text("NAME", "a feed")) }), {
      exitCode: 2,
      message: "--feed NAME is missing; see --help",
    });
  });
});

describe("optionsHelp", () => {
  it("has a line for each option, with its allowed values and its default", () => {
    assert.equal(
      optionsHelp(options),
      [
        "  --port N         port of the cloud (default 4566)",
        "  --format FORMAT  output: text, json",
        "  --dir PATH       state directory (default .pricelake)",
        "  --where K=V      a condition",
        "  --once           stops after the catch-up",
        "",
      ].join("\n"),
    );
  });
});
