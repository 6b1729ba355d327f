/** The text of anything thrown, for log lines and messages. */
export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error));
