/** A browser of people: one profile, and tabs that are seen and hidden as theirs are. */
export interface Engine {
  name: 'chromium' | 'firefox' | 'webkit'
  /** Tabs share the profile. It is the one in sight, where the engine can hide the others. */
  newTab(): Promise<EngineTab>
  close(): Promise<void>
}

/** One tab; what only some engines offer is absent in the others. */
export interface EngineTab {
  goto(url: string): Promise<void>
  /** Runs in the page. `fn` may name nothing outside of itself. */
  evaluate<A, T>(fn: (arg: A) => T | Promise<T>, arg: A): Promise<T>
  reload(): Promise<void>
  /** One step back in the history. Resolves once it is under way. */
  back(): Promise<void>
  close(): Promise<void>
  /** The person looks at this tab and at no other. */
  show?(): Promise<void>
  /** Its process dies; the tab stays until it is closed. */
  crash?(): Promise<void>
  /** As a browser does to save energy: nothing runs in it until it is thawed. */
  freeze?(): Promise<void>
  thaw?(): Promise<void>
}
