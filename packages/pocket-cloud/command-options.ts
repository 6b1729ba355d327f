interface CommandOption {
  readonly description: string;
  /** Name of the value in help; a flag has none. */
  readonly valueName?: string;
}

/** The options of the `pocket-cloud` command. Help and shell completion come from this table. */
export const commandOptions = {
  port: { valueName: "N", description: "port of 127.0.0.1, by default 4566; 0 takes a free one" },
  dir: { valueName: "PATH", description: "state directory, kept across restarts" },
  services: { valueName: "NAMES", description: "services to start, such as s3,kinesis; all by default" },
  faults: {
    valueName: "FILE",
    description:
      'JSON file of injected faults: {"rules": [{"service", "operation", "fault": {"kind", …}}], "seed"}',
  },
  "access-key": {
    valueName: "ID",
    description: 'administrator key that clients may use besides the generated one, by default "test"',
  },
  "secret-key": { valueName: "KEY", description: 'secret of --access-key, by default "test"' },
  "own-keys": { description: "accept only the generated key, which is in the state directory" },
  "deletion-protection": {
    description:
      "refuse to delete protected resources, as AWS does; by default they are deleted and a line is logged",
  },
} as const satisfies Record<string, CommandOption>;
