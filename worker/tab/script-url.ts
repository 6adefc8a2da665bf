// oxlint-disable-next-line import/default -- the bundler gives the URL of the built script
import runtimeUrl from '../hosts/shared-worker.ts?worker&url'
import { TRUSTED_TYPES_POLICY } from '../wire/names.ts'

/** As much of W3C Trusted Types as is used here; engines without them take the address as it is. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string }
}

const OWN_SCRIPTS: readonly string[] = [runtimeUrl, '/rt/sw.js', '/service-worker.js']

function refuseForeign(url: string): string {
  if (OWN_SCRIPTS.includes(url)) return url
  throw new TypeError('Only scripts of ours are run.')
}

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
const policy = trustedTypes?.createPolicy(TRUSTED_TYPES_POLICY, { createScriptURL: refuseForeign }) ?? {
  createScriptURL: refuseForeign,
}

/**
 * Every script a page starts by its address. The server's policy refuses plain text where a script's address is due, so
 * that nothing which got into a page can start another; this is the one place that vouches for some.
 */
export const SCRIPT_URL = {
  runtime: policy.createScriptURL(runtimeUrl),
  /** Of the scope around the runtime's script; it has no fetch handler. */
  narrowWorker: policy.createScriptURL('/rt/sw.js'),
  appWorker: policy.createScriptURL('/service-worker.js'),
} as const
