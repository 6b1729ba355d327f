/** The parts of a schedule that decide when it runs. */
interface Timing {
  readonly ScheduleExpression?: string | undefined;
  readonly State?: string | undefined;
  readonly CreationDate?: string | undefined;
  readonly StartDate?: string | undefined;
}

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** The milliseconds between runs of "rate(5 minutes)". Cron and one-time expressions have none. */
function intervalOf(expression = ""): number | undefined {
  const [, value, unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const millis = UNIT_MS[unit];
  return value === undefined || millis === undefined ? undefined : Number(value) * millis;
}

/** "at(…)" and simple cron expressions: minute and hour as numbers, "*" or steps. Undefined for others. */
function cronStep(expression = ""): { readonly matches: (at: Date) => boolean } | undefined {
  const [, text] = /^cron\((.+)\)$/.exec(expression) ?? [];
  const [minute, hour, day, month, weekday] = (text ?? "").split(" ");
  if (!minute || !hour || ![day, month, weekday].every((part) => part === "*" || part === "?"))
    return undefined;
  const [ofMinute, ofHour] = [fieldOf(minute), fieldOf(hour)];
  if (!ofMinute || !ofHour) return undefined;
  return { matches: (at) => ofMinute(at.getUTCMinutes()) && ofHour(at.getUTCHours()) };
}

function fieldOf(text: string): ((value: number) => boolean) | undefined {
  if (text === "*") return () => true;
  const [, from = "", step] = /^(\d+|\*)\/(\d+)$/.exec(text) ?? [];
  if (step !== undefined) {
    const first = from === "*" ? 0 : Number(from);
    return (value) => value >= first && (value - first) % Number(step) === 0;
  }
  if (!/^\d+(?:,\d+)*$/.test(text)) return undefined;
  const values = new Set(text.split(",").map(Number));
  return (value) => values.has(value);
}

const MINUTE = 60_000;
const DAY_MINUTES = 1440;

/** When a schedule runs next; undefined when it is off, over, or its expression is not read here. */
export function nextRun(schedule: Timing, now: number): number | undefined {
  return schedule.State === "ENABLED" ? runNear(schedule, now, 1) : undefined;
}

/** When a schedule ran last. */
export function lastRun(schedule: Timing, now: number): number | undefined {
  const begun = Date.parse(schedule.StartDate ?? schedule.CreationDate ?? "");
  const at = runNear(schedule, now, -1);
  return at !== undefined && at >= begun ? at : undefined;
}

function runNear({ ScheduleExpression, StartDate, CreationDate }: Timing, now: number, direction: 1 | -1) {
  const [, once] = /^at\((.+)\)$/.exec(ScheduleExpression ?? "") ?? [];
  if (once !== undefined) {
    const at = Date.parse(`${once}Z`);
    return (direction === 1) === at > now ? at : undefined;
  }
  const interval = intervalOf(ScheduleExpression);
  if (interval !== undefined) {
    const begun = Date.parse(StartDate ?? CreationDate ?? "");
    const passed = Math.floor((now - begun) / interval);
    return begun + (direction === 1 ? passed + 1 : passed) * interval;
  }
  const cron = cronStep(ScheduleExpression);
  if (!cron) return undefined;
  const minute = Math.floor(now / MINUTE) * MINUTE;
  for (let step = direction === 1 ? 1 : 0; step <= DAY_MINUTES; step++) {
    const at = minute + direction * step * MINUTE;
    if (cron.matches(new Date(at))) return at;
  }
  return undefined;
}
