import { strict as assert } from "node:assert";
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { temporaryDirectory } from "../support/temporary";

const root = join(__dirname, "../..");
/** Colours and other attributes of text. */
const COLOUR = /\u001b\[[\d;]*m/;
const CONTROL = /\u001b/;

describe("Commands on a pseudo terminal", function () {
  this.timeout(300_000);
  const dir = temporaryDirectory();
  before(function () {
    if (spawnSync("script", ["-qec", "true", "/dev/null"]).status !== 0) this.skip();
  });
  after(() => dir.remove());

  /** What a terminal shows, and the exit code. */
  const onTerminal = (args: readonly string[], env: NodeJS.ProcessEnv) =>
    new Promise<{ code: number | null; screen: string }>((done) => {
      const { AWS_ENDPOINT_URL: _endpoint, NO_COLOR: _colour, ...inherited } = process.env;
      const command = [process.execPath, "tools/pricelake.cjs", ...args].map((each) => `'${each}'`).join(" ");
      const child = spawn("script", ["-qec", `stty cols 120; ${command}`, "/dev/null"], {
        cwd: root,
        env: { ...inherited, TERM: "xterm-256color", ...env },
        stdio: ["ignore", "pipe", "inherit"],
      });
      let screen = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        screen += text;
      });
      child.once("close", (code) => done({ code, screen }));
    });
  const settings = { dumb: { TERM: "dumb" }, noColour: { NO_COLOR: "1" } } as const;
  const start = ["start", "--once", "--hours", "1", "--port", "0", "--dir", dir.path];

  it("start writes lines on a dumb terminal, and redraws them on others, never with a colour for NO_COLOR", async () => {
    const dumb = await onTerminal(start, settings.dumb);
    assert.equal(dumb.code, 0, dumb.screen);
    assert.doesNotMatch(dumb.screen, CONTROL);
    assert.match(dumb.screen, /^deploying: \d+ of \d+ resources, \d+ s\r$/m);
    const plain = await onTerminal(start, settings.noColour);
    assert.equal(plain.code, 0, plain.screen);
    assert.doesNotMatch(plain.screen, COLOUR);
    assert.ok(plain.screen.includes("\r\u001b[2Kdeploying"), plain.screen);
  });

  it("report colours a chart, unless NO_COLOR is set or the terminal is dumb", async () => {
    const report = ["report", "top-movers", "--chart", "--format", "table", "--dir", dir.path];
    const coloured = await onTerminal(report, {});
    assert.match(coloured.screen, COLOUR);
    for (const setting of Object.values(settings)) {
      const { code, screen } = await onTerminal(report, setting);
      assert.equal(code, 0, screen);
      // Bars of falling coins only are drawn as ▒.
      assert.match(screen, /[█▒]/);
      assert.doesNotMatch(screen, COLOUR);
    }
    const dumb = await onTerminal(report, settings.dumb);
    assert.doesNotMatch(dumb.screen, CONTROL);
  });

  for (const args of [
    ["consume", "--stream", "pricelake-local-crypto", "--dir", dir.path],
    ["preview", "--env", "local"],
  ])
    it(`${args[0]} writes no colour with NO_COLOR, and no control sequence on a dumb terminal`, async () => {
      const [plain, dumb] = [
        await onTerminal(args, settings.noColour),
        await onTerminal(args, settings.dumb),
      ];
      for (const { code, screen } of [plain, dumb]) {
        assert.equal(code, 0, screen);
        assert.ok(screen.length > 100, screen);
      }
      assert.doesNotMatch(plain.screen, COLOUR);
      assert.doesNotMatch(dumb.screen, CONTROL);
    });
});
