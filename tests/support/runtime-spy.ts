import type { Host, RuntimeFrame, RuntimeRole } from '../../worker/wire/port.ts'

/** What a page has of its runtime, read off the frames on the port between the two. */
export interface Spied {
  /** Wall-clock ms at which this page asked for it. Of all pages the first made it, and its process holds a SharedWorker. */
  madeAt: number
  instanceId: string
  build: string
  host: Host
  role: RuntimeRole
  /** How often each event was sent to this page, by its id. */
  events: Record<string, number>
}

declare global {
  // oxlint-disable-next-line no-var -- only a `var` is a property of the global object
  var standpipeSpy: Spied | undefined
}

/** Runs in a page before its own scripts; it listens on the port and changes nothing. May name nothing outside of itself. */
export function spyOnRuntimes(): void {
  const events: Record<string, number> = {}
  for (const name of ['Worker', 'SharedWorker'] as const) {
    globalThis[name] = new Proxy(globalThis[name] as typeof Worker & typeof SharedWorker, {
      construct(Native, args: ConstructorParameters<typeof Worker>) {
        const madeAt = Date.now()
        const made = new Native(...args) as Worker | SharedWorker
        const port = 'port' in made ? made.port : made
        port.addEventListener('message', (event: Event) => {
          const frame = (event as MessageEvent<RuntimeFrame>).data
          if (frame.t === 'hello') {
            const { instanceId, build, host } = frame
            globalThis.standpipeSpy = { madeAt, instanceId, build, host, role: 'follower', events }
          } else if (frame.t === 'batch') {
            for (const { eventId } of frame.events) events[eventId] = (events[eventId] ?? 0) + 1
          } else if ((frame.t === 'attached' || frame.t === 'status') && globalThis.standpipeSpy) {
            globalThis.standpipeSpy.role = frame.status.role
          }
        })
        return made
      },
    })
  }
}
