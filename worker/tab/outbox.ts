import { createOutbox, type Outbox } from '../core/outbox.ts'
import { channels } from '../platform/channels.ts'
import { clock } from '../platform/clock.ts'
import { createOutboxTable } from '../platform/outbox-table.ts'

export type { Outbox } from '../core/outbox.ts'

/**
 * The outbox as a page has it: a write is on the disk before the page says so, whatever becomes of the runtime, and is sent
 * by whoever leads, or by the service worker when no tab is open.
 */
export function openOutbox(): Outbox {
  return createOutbox({ table: createOutboxTable(), channels, clock })
}
