import type { Commands } from "./kit/command";
import { parserReady } from "./kit/parser-ready";
import { runProcess } from "./kit/run";

const commands: Commands = {
  start: () => (require("./start/command") as typeof import("./start/command")).start,
  env: () => (require("./env/command") as typeof import("./env/command")).env,
  preview: () => (require("./preview/command") as typeof import("./preview/command")).preview,
  cloud: () => (require("./cloud/command") as typeof import("./cloud/command")).cloud,
  reconcile: () => (require("./reconcile/command") as typeof import("./reconcile/command")).reconcile,
  stream: () => (require("./stream/command") as typeof import("./stream/command")).stream,
  collect: () => (require("./collect/command") as typeof import("./collect/command")).collect,
  agent: () => (require("./agent/command") as typeof import("./agent/command")).agent,
  replay: () => (require("./replay/command") as typeof import("./replay/command")).replay,
  consume: () => (require("./consume/command") as typeof import("./consume/command")).consume,
  orders: () => (require("./orders/command") as typeof import("./orders/command")).orders,
  alerts: () => (require("./alerts/command") as typeof import("./alerts/command")).alerts,
  mongo: () => (require("./mongo/command") as typeof import("./mongo/command")).mongo,
  backfill: () => (require("./backfill/command") as typeof import("./backfill/command")).backfill,
  compact: () => (require("./compact/command") as typeof import("./compact/command")).compact,
  import: () => (require("./import/command") as typeof import("./import/command")).importCommand,
  redrive: () => (require("./redrive/command") as typeof import("./redrive/command")).redrive,
  report: () => (require("../analytics/command") as typeof import("../analytics/command")).report,
  export: () =>
    (require("../analytics/export/command") as typeof import("../analytics/export/command")).exportCommand,
  scale: () => (require("./preview/scale") as typeof import("./preview/scale")).scale,
  completion: () =>
    (require("./completion/command") as typeof import("./completion/command")).completionOf(commands),
  "check-sql": () =>
    (require("../analytics/check/command") as typeof import("../analytics/check/command")).checkSql,
};

void parserReady().then(() => runProcess(commands, process.argv.slice(2)));
