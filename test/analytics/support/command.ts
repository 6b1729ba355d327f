import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TimedConnection } from "../../../analytics/clients";
import { reportCommand } from "../../../analytics/command";
import type { Context } from "../../../analytics/context";
import type { Output } from "../../../tools/kit/output";

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };

/** Runs the report command and captures its output. An error becomes its message and exit code, as in the program. */
export async function runCommand(
  args: readonly string[],
  endpoint: string,
  more: Partial<Context> & { terminal?: boolean; connection?: TimedConnection } = {},
): Promise<Outcome> {
  const { terminal = false, connection, ...context } = more;
  const stateDir = mkdtempSync(join(tmpdir(), "report-"));
  const [stdout, stderr] = [capture(terminal), capture(false)];
  const outcome = (code: number): Outcome => ({ code, stdout: stdout.text(), stderr: stderr.text() });
  try {
    const code = await reportCommand(args, {
      connect: async () => ({ connection: connection ?? { endpoint, region: "us-east-1", credentials } }),
      stdout,
      stderr,
      stateDir,
      now: () => Date.parse("2026-03-02T12:00:00Z"),
      ...context,
    });
    return outcome(code);
  } catch (error) {
    if (!(error instanceof Error) || !("exitCode" in error) || typeof error.exitCode !== "number")
      throw error;
    await stderr.write(`${error.message}\n`);
    return outcome(error.exitCode);
  } finally {
    rmSync(stateDir, { recursive: true });
  }
}

function capture(isTTY: boolean): Output & { text(): string } {
  let seen = "";
  return {
    isTTY,
    ...(isTTY && { columns: 100 }),
    write: async (text) => {
      seen += text;
    },
    text: () => seen,
  };
}
