/** A result cannot be rendered in a format. The exit code is that of the command. */
export class RenderError extends Error {
  constructor(
    readonly exitCode: 2 | 3,
    message: string,
  ) {
    super(message);
  }
}
