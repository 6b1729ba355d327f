import { ClosedPipe } from "./errors";

export interface Output {
  readonly isTTY: boolean;
  /** Width of the terminal; absent when the output is no terminal. */
  readonly columns?: number;
  /** Resolves when more may be written; rejects with ClosedPipe when the reader has closed the pipe. */
  write(text: string): Promise<void>;
}

/** Whether lines may be redrawn in place: on a terminal that understands control sequences. */
export const redraws = (stream: { readonly isTTY?: boolean }): boolean =>
  stream.isTTY === true && process.env.TERM !== "dumb";

/** Whether a terminal shows colours: NO_COLOR is unset or empty, and TERM is not "dumb". */
export const showsColours = (env: NodeJS.ProcessEnv = process.env): boolean =>
  !env.NO_COLOR && env.TERM !== "dumb";

/** Wraps a Node stream, such as process.stdout. */
export function outputOf(stream: NodeJS.WriteStream): Output {
  // The write callback reports errors. Without a listener, the "error" event would end the process with a stack.
  if (!stream.listeners("error").includes(ignore)) stream.on("error", ignore);
  return {
    isTTY: stream.isTTY === true,
    // Some terminals report a width of 0.
    ...(stream.isTTY && stream.columns > 0 && { columns: stream.columns }),
    write: (text) =>
      new Promise((done, failed) =>
        stream.write(text, (error) => {
          if (!error) done();
          else failed(isBrokenPipe(error) ? new ClosedPipe() : error);
        }),
      ),
  };
}

const ignore = (): void => {};

/** The stream's error after its reader has closed the pipe. */
export const isBrokenPipe = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED");
