/** What belongs to the server, whatever the address bar says; the pages live under /finance and /tasks as well. */
const SERVER =
  /^\/(?:(?:api|auth|realtime|streams|telemetry|config|metrics|tenant-metrics|healthz|readyz|rt)(?:[/?]|$)|[a-z]+\/(?:realtime|events)(?:[/?]|$))/

/** A name with an extension is a file: one that is gone must say so, not answer with a page. */
const FILE = /^[^?]*\.[^/?]*(?:\?|$)/

/**
 * Paths (with their query, as workbox-routing tests them) that are never answered with the app's page. The server keeps
 * the same rule for files.
 */
export const NOT_PAGES = [SERVER, FILE]
