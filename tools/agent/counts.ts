/** What a flow has done since it started. */
export interface Counts {
  /** Lines, or multi-line records, read. */
  read: number;
  sent: number;
  /** Left out by their processing: blank, or no lines of the log's format. */
  leftOut: number;
  /** Sent as they were, because their processing could not convert them. */
  unconverted: number;
  /** Longer than a record may be, sent cut. */
  cut: number;
  records: number;
  bytes: number;
  attempts: number;
  /** Records refused, and sent again. */
  refused: number;
}

export const noCounts = (): Counts => ({
  read: 0,
  sent: 0,
  leftOut: 0,
  unconverted: 0,
  cut: 0,
  records: 0,
  bytes: 0,
  attempts: 0,
  refused: 0,
});
