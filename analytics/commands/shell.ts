import { setMaxListeners } from "node:events";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Table } from "@aws-sdk/client-glue";
import { STATE_DIRECTORY } from "../../tools/kit/connect";
import { didYouMean } from "../../tools/kit/did-you-mean";
import { hasExitCode, UsageError } from "../../tools/kit/errors";
import { parseOptions } from "../../tools/kit/options";
import { isBrokenPipe } from "../../tools/kit/output";
import type { Console, Context } from "../context";
import { listTables } from "../plan/catalogue";
import { secondsText } from "../plan/units";
import { type QueryOptions, queryOptions } from "../run/options";
import { Session } from "../run/session";
import { help } from "./help";
import { list, writeList } from "./list";
import { runReports } from "./reports";
import { complete, describeTables, shellCommands } from "./shell-catalogue";
import { readHistory, saveHistory } from "./shell-history";
import { type Keyboard, keyboardOf, paged } from "./shell-pager";
import { Statements, splitWords } from "./shell-statements";
import { runSql } from "./sql";

const commandsHelp = `  \\d              lists the tables
  \\d TABLE        lists a table's columns
  \\r              lists the saved reports
  \\r REPORT ...   runs a report with its options; with --help describes it
  \\x              shows a line per column, or a table again
  \\chart          draws a chart above the tables, or stops it
  \\timing         shows how long each statement takes, or stops it
  \\q              leaves the shell, as do exit, quit, Ctrl-D and Ctrl-C twice
Statements end with a semicolon. They have the same guards and costs as "sql". Ctrl-C cancels the statement that runs.
`;

/** `shell [options of sql]`: runs statements, reports and shell commands until the input ends. */
export async function shell(args: readonly string[], context: Context): Promise<number> {
  const { values: options, positionals } = parseOptions(args, queryOptions);
  if (positionals.length > 0) throw new UsageError(`shell takes no argument "${positionals[0]}"`);
  if (!context.console) throw new UsageError("shell needs an input");
  const { connection, close } = await context.connect(options.env, options.dir);
  try {
    return await new Shell(options, { ...context, connect: async () => ({ connection }) }, args).run(
      context.console,
    );
  } finally {
    await close?.();
  }
}

const HISTORY_LINES = 1_000;
const EXIT_INTERRUPTED = 130;
const LEFT = Symbol("the user left the shell");

class Shell {
  #options: QueryOptions;
  readonly #context: Context;
  readonly #args: readonly string[];
  readonly #statements = new Statements();
  #tables: Promise<readonly Table[]> | undefined;
  #timing = false;
  /** Aborts the statement that runs. */
  #running: AbortController | undefined;
  /** Ctrl-C in a row, with nothing typed in between. */
  #interrupts = 0;
  #keyboard: Keyboard = { lend: () => {}, takeBack: () => {} };

  constructor(options: QueryOptions, context: Context, args: readonly string[]) {
    this.#options = options;
    this.#context = context;
    this.#args = args;
  }

  /** Returns the exit code: that of the first failed statement unless a user saw it on a terminal. */
  async run(console: Console): Promise<number> {
    const { input, output, isTerminal } = console;
    const historyFile = join(this.#options.dir ?? this.#context.stateDir ?? STATE_DIRECTORY, "shell-history");
    const lines = createInterface({
      input,
      ...(isTerminal && { output }),
      terminal: isTerminal,
      history: isTerminal ? readHistory(historyFile) : [],
      historySize: HISTORY_LINES,
      completer: (line: string, done: (error: null, result: [string[], string]) => void) => {
        this.#loadTables()
          .catch(() => [])
          .then((tables) => done(null, complete(line, tables, this.#context.reports)));
      },
    });
    // Saved at once, because a closed terminal ends the process.
    lines.on("history", (entries) => saveHistory(historyFile, entries));
    const prompt = () => {
      lines.setPrompt(this.#statements.isEmpty ? `${this.#options.env}> ` : "... ");
      if (isTerminal) lines.prompt();
    };
    const left = new Promise<typeof LEFT>((leave) => {
      lines.on("SIGINT", () => this.#interrupt(lines, output, prompt, () => leave(LEFT)));
    });
    this.#keyboard = keyboardOf(lines, input);
    let code = 0;
    prompt();
    const typed = lines[Symbol.asyncIterator]();
    for (;;) {
      const next = await Promise.race([typed.next(), left]);
      if (next === LEFT) return this.#end(lines, EXIT_INTERRUPTED);
      if (next.done || (this.#statements.isEmpty && /^\s*(\\q|exit|quit)\s*;?\s*$/i.test(next.value))) break;
      this.#interrupts = 0;
      const result = await Promise.race([this.#line(next.value), left]);
      if (result === LEFT) return this.#end(lines, EXIT_INTERRUPTED);
      code ||= result;
      prompt();
    }
    const unfinished = this.#statements.take();
    const result = await this.#guarded((context) => this.#query(context, unfinished));
    return this.#end(lines, isTerminal ? 0 : code || result);
  }

  #end(lines: Interface, code: number): number {
    lines.close();
    return code;
  }

  /** Ctrl-C cancels what runs, then forgets what was typed. The second one in a row leaves the shell. */
  #interrupt(lines: Interface, output: NodeJS.WritableStream, prompt: () => void, leave: () => void): void {
    const isEmpty = lines.line === "" && this.#statements.isEmpty;
    this.#interrupts = isEmpty || this.#running ? this.#interrupts + 1 : 0;
    if (this.#interrupts > 1) leave();
    else if (this.#running) this.#running.abort();
    else {
      output.write(isEmpty ? "\nCtrl-C again leaves the shell\n" : "\n");
      this.#statements.take();
      // Deletes the line that was typed: to its end, then back to its beginning.
      lines.write(null, { ctrl: true, name: "e" });
      lines.write(null, { ctrl: true, name: "u" });
      prompt();
    }
  }

  async #line(line: string): Promise<number> {
    if (this.#statements.isEmpty && line.trimStart().startsWith("\\"))
      return this.#guarded((context) => this.#command(splitWords(line.trim().replace(/;$/, "")), context));
    const statement = this.#statements.add(line);
    return statement === undefined ? 0 : this.#guarded((context) => this.#query(context, statement));
  }

  #query(context: Context, statement: string): Promise<number> {
    return statement === "" ? Promise.resolve(0) : runSql(statement, this.#options, context);
  }

  async #command([name = "", ...args]: readonly string[], context: Context): Promise<number> {
    const { stderr, stdout } = context;
    switch (name) {
      case "\\d":
        await writeList(describeTables(await this.#loadTables(), args[0]), "table", context);
        return 0;
      case "\\r": {
        if (args.length === 0) return list([], context);
        if (args.includes("--help")) {
          await stdout.write(help(args));
          return 0;
        }
        const format = this.#options.format;
        return runReports(
          [...args, ...this.#args, ...(format && !args.includes("--format") ? ["--format", format] : [])],
          context,
        );
      }
      case "\\x": {
        const { format, ...others } = this.#options;
        this.#options = { ...others, format: format === "records" ? undefined : "records" };
        await stderr.write(`${format === "records" ? "a line per row" : "a line per column"}\n`);
        return 0;
      }
      case "\\chart":
        this.#options = { ...this.#options, chart: !this.#options.chart };
        await stderr.write(`charts are ${this.#options.chart ? "on" : "off"}\n`);
        return 0;
      case "\\timing":
        this.#timing = !this.#timing;
        await stderr.write(`timing is ${this.#timing ? "on" : "off"}\n`);
        return 0;
      case "\\?":
        await stdout.write(commandsHelp);
        return 0;
      default:
        throw new UsageError(
          `there is no command ${name}${didYouMean(name, shellCommands) || "; \\? lists them"}`,
        );
    }
  }

  /** Runs one statement or command. Its error is printed and does not end the shell. */
  async #guarded(work: (context: Context) => Promise<number>): Promise<number> {
    const { console, stdout, stderr, now, signal } = this.#context;
    this.#running = new AbortController();
    const signals = [this.#running.signal, ...(signal ? [signal] : [])];
    const statementSignal = AbortSignal.any(signals);
    setMaxListeners(0, statementSignal);
    const pages = console?.isTerminal ? paged(this.#context, console, this.#keyboard) : undefined;
    const began = now();
    try {
      const code = await work({
        ...this.#context,
        signal: statementSignal,
        stdout: pages?.stdout ?? stdout,
        stderr: pages?.stderr ?? stderr,
      });
      await pages?.end();
      if (this.#timing) await stderr.write(`time: ${secondsText(now() - began)}\n`);
      return code;
    } catch (error) {
      if (signal?.aborted || isBrokenPipe(error) || !hasExitCode(error)) throw error;
      await pages?.end();
      await stderr.write(`${error.message}\n`);
      return error.exitCode;
    } finally {
      this.#running = undefined;
    }
  }

  #loadTables(): Promise<readonly Table[]> {
    this.#tables ??= this.#readTables().catch((error: unknown) => {
      this.#tables = undefined;
      throw error;
    });
    return this.#tables;
  }

  async #readTables(): Promise<readonly Table[]> {
    let tables: readonly Table[] = [];
    await Session.use(this.#options, this.#context, async (session) => {
      tables = await session.attempt(() => listTables(session.clients, session.database));
    });
    return tables;
  }
}
