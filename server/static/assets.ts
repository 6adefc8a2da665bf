/** One file of the app as it leaves: read, typed and compressed once. */
export interface Asset {
  body: Uint8Array<ArrayBuffer>
  /** Only where it is smaller. */
  gzip: Uint8Array<ArrayBuffer> | null
  type: string
  /** Strong validator of `body`, quoted; the compressed form has one of its own (RFC 9110 §8.8.3.3). */
  etag: string
  gzipEtag: string
  cacheControl: string
}

/** By path as in the URL, with its leading slash. */
export type Assets = Pick<ReadonlyMap<string, Asset>, 'get'>
