import { setMaxListeners } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Table } from "@aws-sdk/client-glue";
import { STATE_DIRECTORY } from "../../tools/kit/connect";
import { hasExitCode, UsageError } from "../../tools/kit/errors";
import { parseOptions } from "../../tools/kit/options";
import { isBrokenPipe } from "../../tools/kit/output";
import type { Context } from "../context";
import { listTables } from "../plan/catalogue";
import { secondsText } from "../plan/units";
import { type QueryOptions, queryOptions } from "../run/options";
import { Session } from "../run/session";
import { writeList } from "./list";
import { runReports } from "./reports";
import { complete, describeTables } from "./shell-catalogue";
import { paged } from "./shell-pager";
import { Statements, splitWords } from "./shell-statements";
import { runSql } from "./sql";

const commandsHelp = `  \\d              lists the tables
  \\d TABLE        lists a table's columns
  \\r REPORT ...   runs a saved report with its options
  \\x              shows a line per column, or a table again
  \\timing         shows how long each statement takes, or stops it
  \\q              leaves the shell
Statements end with a semicolon. They have the same guards and costs as "sql".
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

class Shell {
  #options: QueryOptions;
  readonly #context: Context;
  readonly #args: readonly string[];
  readonly #statements = new Statements();
  #tables: Promise<readonly Table[]> | undefined;
  #timing = false;
  /** Aborts the statement that runs. */
  #running: AbortController | undefined;

  constructor(options: QueryOptions, context: Context, args: readonly string[]) {
    this.#options = options;
    this.#context = context;
    this.#args = args;
  }

  /** Returns the exit code: that of the first failed statement unless a user saw it on a terminal. */
  async run(console: NonNullable<Context["console"]>): Promise<number> {
    const { input, output, isTerminal } = console;
    const historyFile = join(this.#options.dir ?? this.#context.stateDir ?? STATE_DIRECTORY, "shell-history");
    let history = isTerminal ? await readLines(historyFile) : [];
    const lines = createInterface({
      input,
      ...(isTerminal && { output }),
      terminal: isTerminal,
      history: [...history],
      historySize: HISTORY_LINES,
      completer: (line: string, done: (error: null, result: [string[], string]) => void) => {
        this.#loadTables()
          .catch(() => [])
          .then((tables) => done(null, complete(line, tables, this.#context.reports)));
      },
    });
    lines.on("history", (entries) => {
      history = [...entries];
    });
    lines.on("SIGINT", () => {
      if (this.#running) this.#running.abort();
      else {
        this.#statements.take();
        output.write("\n");
        prompt();
      }
    });
    const prompt = () => {
      lines.setPrompt(this.#statements.isEmpty ? `${this.#options.env}> ` : "... ");
      if (isTerminal) lines.prompt();
    };
    let code = 0;
    prompt();
    for await (const line of lines) {
      if (this.#statements.isEmpty && /^\s*\\q\s*$/.test(line)) break;
      const result = await this.#line(line);
      code ||= result;
      prompt();
    }
    const unfinished = this.#statements.take();
    const result = await this.#guarded((context) => this.#query(context, unfinished));
    lines.close();
    if (isTerminal) await saveLines(historyFile, history);
    return isTerminal ? 0 : code || result;
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
        if (args.length === 0) throw new UsageError("\\r takes a report and its options");
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
      case "\\timing":
        this.#timing = !this.#timing;
        await stderr.write(`timing is ${this.#timing ? "on" : "off"}\n`);
        return 0;
      case "\\?":
        await stdout.write(commandsHelp);
        return 0;
      default:
        throw new UsageError(`there is no command ${name}; \\? lists them`);
    }
  }

  /** Runs one statement or command. Its error is printed and does not end the shell. */
  async #guarded(work: (context: Context) => Promise<number>): Promise<number> {
    const { console, stdout, stderr, now, signal } = this.#context;
    this.#running = new AbortController();
    const signals = [this.#running.signal, ...(signal ? [signal] : [])];
    const statementSignal = AbortSignal.any(signals);
    setMaxListeners(0, statementSignal);
    const pages = console?.isTerminal ? paged(stdout, console) : undefined;
    const began = now();
    try {
      const code = await work({ ...this.#context, signal: statementSignal, stdout: pages ?? stdout });
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

/** Newest first, as readline keeps them. */
const readLines = (file: string): Promise<string[]> =>
  readFile(file, "utf8").then(
    (text) => text.split("\n").filter(Boolean).reverse(),
    () => [],
  );

async function saveLines(file: string, lines: readonly string[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(
    file,
    [...lines]
      .reverse()
      .map((line) => `${line}\n`)
      .join(""),
    { mode: 0o600 },
  );
}
