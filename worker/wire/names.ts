/** Held by a tab for as long as it is attached: its runtime waits for it, and is granted it when the tab is gone. */
export const tabLock = (tabId: string) => `standpipe:tab:${tabId}`
/** Held by a runtime from its first line to its death: nothing else reports that a worker has died (measured, three engines). */
export const runtimeLock = (instanceId: string) => `standpipe:runtime:${instanceId}`
/** localStorage: local overrides of flags as JSON. */
export const FLAGS_STORAGE_KEY = 'standpipe:flags'
