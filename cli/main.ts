import type { Command } from "./command";
import { runProcess } from "./run";

/** Loaded only when asked for: `report` must not pay for the cloud, nor `env` for the report. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import("./commands/start")).start,
  env: async () => (await import("./commands/env")).env,
  preview: async () => (await import("./commands/preview")).preview,
  cloud: async () => (await import("./commands/cloud")).cloud,
  reconcile: async () => (await import("./commands/reconcile")).reconcile,
  agent: async () => (await import("./commands/agent")).agent,
  replay: async () => (await import("./commands/replay")).replay,
  consume: async () => (await import("./commands/consume")).consume,
  backfill: async () => (await import("./commands/backfill")).backfill,
  redrive: async () => (await import("./commands/redrive")).redrive,
  report: async () => (await import("./commands/report")).report,
  "check-sql": async () => (await import("./commands/check-sql")).checkSql,
};

runProcess(commands, process.argv.slice(2));
