/** Where AWS is: an endpoint and keys for the embedded cloud, nothing but a region for the ordinary credential chain. */
export interface Connection {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}
