import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** A program whose command writes 2 MB, leaves a timer of an hour behind, and ends with an exit code. */
const program = (code: number): string => `
  const { runProcess } = require(${JSON.stringify(join(__dirname, "../../../tools/kit/run"))});
  const run = async () => {
    process.stdout.write("x".repeat(2_000_000));
    setTimeout(() => {}, ${code === 130 ? 3_600_000 : 300});
    return ${code};
  };
  runProcess({ work: () => ({ run }) }, ["work"]);
`;

describe("A command's process", () => {
  for (const code of [130, 0])
    it(`ends with ${code}${code === 130 ? ", without waiting for what was begun," : ""} and all its output`, async () => {
      const child = spawn(process.execPath, ["--require", "tsx/cjs", "-e", program(code)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, "close")]);
      assert.deepEqual([exitCode, output.length], [code, 2_000_000]);
    });
});
