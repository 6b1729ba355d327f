/** A parameter or report name given by the user is not valid. The message names the value and what is allowed. */
export class ParameterError extends Error {
  readonly exitCode = 2;
}

/** A saved report's file has a mistake. The message names the file and the line. */
export class ReportFileError extends Error {
  readonly exitCode = 1;
  constructor(
    readonly file: string,
    readonly line: number,
    readonly problem: string,
  ) {
    super(`${file}:${line}: ${problem}`);
  }
}
