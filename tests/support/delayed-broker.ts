import type { Broker } from '../../server/realtime/broker.ts'
import type { Clock } from '../../server/deps.ts'

/**
 * A broker across a network: every call takes effect after a while and its answer takes a while more. What may be lost
 * between a read and the hold that follows is lost here, where it never would be with an answer in the same turn.
 */
export function createDelayedBroker<B extends Broker>(inner: B, clock: Clock, delayMs: () => number): B {
  const pass = () => new Promise<void>((resolve) => void clock.after(delayMs(), resolve))
  async function slowly<T>(call: () => Promise<T>): Promise<T> {
    await pass()
    const result = await call()
    await pass()
    return result
  }
  return {
    ...inner,
    publish: (orgId, events) => slowly(() => inner.publish(orgId, events)),
    position: (orgId) => slowly(() => inner.position(orgId)),
    read: (orgId, after, limits) => slowly(() => inner.read(orgId, after, limits)),
  }
}
