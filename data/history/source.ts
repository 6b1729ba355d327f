/** What a run of a day is made of besides csv/. */
export interface Source {
  /** The rows that history already has. */
  readonly history: boolean;
  /** A run that an import has written. */
  readonly imported?: string;
}
