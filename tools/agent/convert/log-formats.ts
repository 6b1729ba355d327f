export type LogFormat =
  | "COMMONAPACHELOG"
  | "COMBINEDAPACHELOG"
  | "APACHEERRORLOG"
  | "SYSLOG"
  | "RFC3339SYSLOG";

interface Format {
  readonly fields: readonly string[];
  readonly pattern: RegExp;
  /** Apache writes a dash for an unknown value. */
  readonly dashIsNull: boolean;
}

const quoted = '"((?:[^"\\\\]|\\\\.)*)"';
const request = `(\\S+) (\\S+) (\\S+) \\[([^\\]]+)\\] ${quoted} (\\d{3}|-) (\\d+|-)`;
/** Servers are often configured to append fields. */
const more = "(?: .*)?";
const requestFields = ["host", "ident", "authuser", "datetime", "request", "response", "bytes"];

const syslogDate = "[A-Z][a-z]{2,8} +\\d{1,2} \\d{2}:\\d{2}:\\d{2}(?:[.,]\\d+)?";
const rfc3339 = "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?(?:Z|[+-]\\d{2}:\\d{2})";
const syslog = (timestamp: string): Format => ({
  fields: ["timestamp", "hostname", "program", "processid", "message"],
  pattern: whole(`(${timestamp}) (?:<\\d+\\.\\d+> )?(\\S+) ([^\\s:[\\]]+)(?:\\[(\\d+)\\])?: (.*)`),
  dashIsNull: false,
});

const formats: Readonly<Record<LogFormat, Format>> = {
  COMMONAPACHELOG: { fields: requestFields, pattern: whole(request + more), dashIsNull: true },
  COMBINEDAPACHELOG: {
    fields: [...requestFields, "referer", "agent"],
    pattern: whole(`${request} ${quoted} ${quoted}${more}`),
    dashIsNull: true,
  },
  APACHEERRORLOG: {
    fields: ["timestamp", "module", "severity", "processid", "threadid", "client", "message"],
    pattern: whole(
      "\\[([^\\]]+)\\] \\[(?:(\\w+):)?(\\w+)\\](?: \\[pid (\\d+)(?::tid (\\d+))?\\])?(?: \\[client ([^\\]]+)\\])? (.*)",
    ),
    dashIsNull: true,
  },
  SYSLOG: syslog(syslogDate),
  RFC3339SYSLOG: syslog(rfc3339),
};

/** The pattern must match the whole record. */
function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}

export const fieldsOf = (format: LogFormat): readonly string[] => formats[format].fields;

/** Number of groups of a pattern. */
export const groupsOf = (pattern: string): number => (new RegExp(`${pattern}|`).exec("")?.length ?? 1) - 1;

/** A function that reads a log line; it returns undefined for a line that is not in the format. */
export function logReader(
  format: LogFormat,
  fields: readonly string[],
  pattern?: string,
): (line: string) => Record<string, string | null> | undefined {
  const { pattern: standard, dashIsNull } = formats[format];
  const expression = pattern === undefined ? standard : whole(pattern);
  return (line) => {
    const groups = expression.exec(line);
    if (!groups) return undefined;
    return Object.fromEntries(
      fields.map((field, i) => {
        const value = groups[i + 1] ?? null;
        return [field, dashIsNull && value === "-" ? null : value];
      }),
    );
  };
}
