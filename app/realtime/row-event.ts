import type { EventEnvelope } from '../../worker/wire/event.ts'
import type { LocalWrite } from './local-writes.ts'

const VERB_TYPE: Record<string, string> = {
  create: 'created',
  edit: 'updated',
  approve: 'approved',
  reject: 'rejected',
  delete: 'deleted',
}

/**
 * The reply of a write, said as the event that will follow it: the same function patches the lists whichever of the two
 * comes first. It carries no feed position (`seq` 0) and its own id, since it is not that event.
 */
export function rowEvent(write: LocalWrite, row: unknown): EventEnvelope {
  const data = row && typeof row === 'object' && 'id' in row ? row : write.row
  const noun = write.topic === 'finance' ? 'transaction' : 'task'
  return {
    seq: 0,
    eventId: write.mutationId,
    type: `${noun}.${VERB_TYPE[write.verb] ?? write.verb}`,
    topic: write.topic,
    orgId: '',
    propertyId: '',
    at: 0,
    mutationId: write.mutationId,
    data,
  }
}
