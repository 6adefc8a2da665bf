/** Held by a tab for as long as it is attached: its runtime waits for it, and is granted it when the tab is gone. */
export const tabLock = (tabId: string) => `standpipe:tab:${tabId}`
/** Held by a runtime from its first line to its death: nothing else reports that a worker has died (measured, three engines). */
export const runtimeLock = (instanceId: string) => `standpipe:runtime:${instanceId}`
/** localStorage: local overrides of flags as JSON. */
export const FLAGS_STORAGE_KEY = 'standpipe:flags'
/** localStorage: what the server last said of flags, for a page that has yet to hear from a runtime. */
export const REMOTE_FLAGS_STORAGE_KEY = 'standpipe:remote-flags'
/** Held while the flags are asked for, so that of several runtimes one asks. */
export const CONFIG_LOCK = 'standpipe:config'
/** Held by the one runtime of a login session that leads. No build in it: two deploys share one session. */
export const leadLock = (sh: string) => `standpipe:${sh}:lead`
/** Held during a login or a logout: of two, the later one is whose cookie stays and who is written down as signed in. */
export const SIGN_IN_LOCK = 'standpipe:sign-in'
/** Held during a refresh. */
export const refreshLock = (sh: string) => `standpipe:${sh}:auth`
/** localStorage: how often a runtime of this profile had to be given up. */
export const RECOVERY_STORAGE_KEY = 'standpipe:recovery'
/** Where clients hand in what they noticed. Here, so that a runtime does not carry the schemas it is checked by. */
export const TELEMETRY_PATH = '/telemetry/client'
export const CONFIG_PATH = '/config/client'

/** The one Trusted Types policy of a page; `worker/tab/script-url.ts` makes it, the server's CSP names it. */
export const TRUSTED_TYPES_POLICY = 'standpipe'
