/** What the service models say about the inputs of a service's supported operations. Written by generate.ts. */
export interface ServiceConstraints {
  /** The models that the file was made from. */
  readonly source: string;
  /** Input shape of each operation that has constraints. */
  readonly operations: Readonly<Record<string, string>>;
  readonly shapes: Readonly<Record<string, ShapeConstraints>>;
}

/** The constraints of one shape. Shapes and members without constraints are left out. */
export interface ShapeConstraints {
  /** Least and greatest length: characters of a string, bytes of a blob, entries of a list or map. */
  readonly min?: number;
  readonly max?: number;
  /** The whole string must match. */
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** Least and greatest value of a number. */
  readonly from?: number;
  readonly to?: number;
  /** Messages do not show the value. */
  readonly sensitive?: true;
  /** As an entry of a list or map, the shape is listed as not null. Only some of AWS's messages say so. */
  readonly notNull?: true;
  /** Required members of a structure. */
  readonly required?: readonly string[];
  /** Shapes of a structure's members. */
  readonly members?: Readonly<Record<string, string>>;
  /** Shape of a list's entries. */
  readonly entry?: string;
  /** Shapes of a map's keys and values. */
  readonly key?: string;
  readonly value?: string;
}
