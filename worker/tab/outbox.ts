import { createOutbox, type Outbox } from '../core/outbox.ts'
import { clock } from '../platform/clock.ts'
import { createOutboxTable } from '../platform/outbox-table.ts'
import type { OutboxRelay } from '../wire/outbox.ts'
import { createPageChannels } from './page-channels.ts'

export type { Outbox } from '../core/outbox.ts'

const CHANGED: OutboxRelay = { v: 1, t: 'changed' }

/**
 * The outbox as a page has it: a write is on the disk before the page says so, whatever becomes of the runtime, and is sent
 * by whoever leads, or by the service worker when no tab is open.
 */
export function openOutbox(): Outbox {
  return createOutbox({ table: createOutboxTable(), channels: createPageChannels(CHANGED), clock })
}
