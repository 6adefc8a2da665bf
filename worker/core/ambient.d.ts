/**
 * The only globals beyond ECMAScript that the core may name. Everything else the world offers comes in
 * through `Platform`, so that a core can be frozen, throttled, skewed or killed by a simulation.
 * Both are in every engine since 2019 and in Node 20; neither does I/O or reads a clock.
 */
interface AbortSignal {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
  throwIfAborted(): void
}

interface AbortController {
  readonly signal: AbortSignal
  abort(reason?: unknown): void
}

declare const AbortController: new () => AbortController
