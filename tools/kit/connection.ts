/** Where AWS is: an endpoint and keys for the embedded cloud, nothing for the ordinary settings of the shell. */
export interface Connection {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}
