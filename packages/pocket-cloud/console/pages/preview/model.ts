/** An object's content, as far as it is shown. */
export interface Preview {
  readonly format: string;
  readonly columns?: readonly string[];
  readonly rows?: readonly (readonly unknown[])[];
  readonly text?: string;
  /** What of the object is shown. */
  readonly note: string;
}

export interface Source {
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  /** Names of the columns of files without a header, from the table over them. */
  readonly columns?: readonly string[] | undefined;
}
