export interface DemoOptions {
  readonly port: number;
  readonly dir: string;
  /** Undefined for the default. */
  readonly hours: number | undefined;
  readonly live: boolean;
  readonly once: boolean;
  readonly json: boolean;
}
