import type { Commands } from "./kit/command";
import { runProcess } from "./kit/run";

const commands: Commands = {
  start: async () => (await import("./start/command")).start,
  env: async () => (await import("./env/command")).env,
  preview: async () => (await import("./preview/command")).preview,
  cloud: async () => (await import("./cloud/command")).cloud,
  reconcile: async () => (await import("./reconcile/command")).reconcile,
  stream: async () => (await import("./stream/command")).stream,
  collect: async () => (await import("./collect/command")).collect,
  agent: async () => (await import("./agent/command")).agent,
  replay: async () => (await import("./replay/command")).replay,
  consume: async () => (await import("./consume/command")).consume,
  orders: async () => (await import("./orders/command")).orders,
  alerts: async () => (await import("./alerts/command")).alerts,
  mongo: async () => (await import("./mongo/command")).mongo,
  backfill: async () => (await import("./backfill/command")).backfill,
  compact: async () => (await import("./compact/command")).compact,
  import: async () => (await import("./import/command")).importCommand,
  redrive: async () => (await import("./redrive/command")).redrive,
  report: async () => (await import("../analytics/command")).report,
  export: async () => (await import("../analytics/export/command")).exportCommand,
  scale: async () => (await import("./preview/scale")).scale,
  completion: async () => (await import("./completion/command")).completionOf(commands),
  "check-sql": async () => (await import("../analytics/check/command")).checkSql,
};

runProcess(commands, process.argv.slice(2));
