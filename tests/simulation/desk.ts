import { createOutbox } from '../../worker/core/outbox.ts'
import type { Outbox } from '../../worker/core/outbox.ts'
import type { NewWrite, OutboxRow } from '../../worker/wire/outbox.ts'
import { Violation } from './checkers.ts'
import type { Profile } from './profile.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { SimPage } from './sim-page.ts'
import type { SimServer } from './sim-server.ts'
import type { Trace } from './trace.ts'

const PATH = '/api/finance/transactions'
const EDITED = 0.35
const ENTERED = 'Entry '
const isEntered = (description: string) => description.startsWith(ENTERED)

/** A row somebody entered here, and what it is to say in the end. */
interface Intent {
  id: string
  userId: string
  orgId: string
  /** The last that was said to be kept. */
  text: string
  /** Said after that, by a page that died before it heard. */
  maybe: Set<string>
}

/** What the people of one browser write by the outbox, and whether all of it comes to the ledger. */
export interface Desk {
  /** Enters a row, or changes one that was entered here; one hand, one thing at a time. */
  enter(page: SimPage): Promise<void>
  /** What was written in another's name, or tried to be. */
  whatIsWrong(page: SimPage): Promise<string | null>
  /** What is not in the ledger of what whoever is signed in was told is kept. A conflict is decided as a person would. */
  whatIsMissing(page: SimPage): Promise<string | null>
  /** What was said to be kept, against what the ledger says. */
  tally(): Promise<Record<string, number>>
}

export function createDesk(deps: {
  profile: Profile
  random: SeededRandom
  server: SimServer
  trace: Trace
}): Desk {
  const { profile, random, server, trace } = deps
  const intents = new Map<string, Intent>()
  const boxes = new WeakMap<SimPage, Outbox>()
  let busy: SimPage | null = null
  let kept = 0

  function boxOf(page: SimPage): Outbox {
    const box = boxes.get(page) ?? createOutbox(profile.outboxParts(page.context))
    boxes.set(page, box)
    return box
  }

  function draw(page: SimPage, userId: string, orgId: string, propertyId: string): [Intent, NewWrite] {
    const mutationId = random.uuid()
    const text = ENTERED + mutationId
    const own = [...intents.values()].filter((each) => each.userId === userId && each.orgId === orgId)
    const write = { mutationId, userId, orgId, topic: 'finance' } as const
    if (own.length > 0 && random.chance(EDITED)) {
      const intent = random.pick(own)
      const { id } = intent
      const rev = page.rows().get(id) ?? 1
      const request = { method: 'PATCH', path: `${PATH}/${id}`, body: { description: text } } as const
      return [intent, { ...write, verb: 'edit', row: { id, rev }, request, baseRev: rev }]
    }
    const id = random.uuid()
    const body = {
      id,
      propertyId,
      type: 'expense',
      amountMinor: random.int(1, 100_000),
      currency: 'EUR',
      description: text,
      occurredOn: '2026-01-15',
    }
    const request = { method: 'POST', path: PATH, body } as const
    return [
      { id, userId, orgId, text: '', maybe: new Set() },
      { ...write, verb: 'create', row: { id, rev: 1 }, request, baseRev: null },
    ]
  }

  async function waiting(
    { userId, orgId }: { userId: string; orgId: string },
    box: Outbox,
  ): Promise<OutboxRow[]> {
    return (await box.rows()).filter((row) => row.userId === userId && row.orgId === orgId)
  }

  return {
    async enter(page) {
      const session = page.runtime.session()
      if (!session || busy?.context.isDead() === false) return
      const [intent, write] = draw(page, session.user.id, session.org.id, session.properties[0]?.id ?? '')
      const text = ENTERED + write.mutationId
      intents.set(intent.id, intent)
      intent.maybe.add(text)
      busy = page
      const isKept = await boxOf(page)
        .append(write)
        .then(
          () => true,
          () => false,
        )
      busy = null
      trace(`${page.id} ${write.verb}s ${intent.id.slice(0, 8)}: ${isKept ? 'kept' : 'refused'}`)
      if (isKept) {
        kept += 1
        intent.text = text
        intent.maybe.clear()
      } else {
        intent.maybe.delete(text)
        if (write.verb === 'create') intents.delete(intent.id)
      }
    },
    async whatIsWrong(page) {
      const rows = await boxOf(page).rows()
      const mixedUp = rows.find(({ trouble }) => trouble?.code === 'actor_mismatch')
      if (mixedUp) return `${mixedUp.verb} of ${mixedUp.userId} was sent in the name of another`
      const entries = await server.entries()
      for (const { id, userId, orgId } of intents.values()) {
        const entry = entries.get(id)
        if (entry && (entry.createdBy !== userId || entry.orgId !== orgId))
          return `row ${id} of ${userId} was written as ${entry.createdBy} in ${entry.orgId}`
      }
      return null
    },
    async whatIsMissing(page) {
      const session = page.runtime.session()
      if (!session) return null
      const me = { userId: session.user.id, orgId: session.org.id }
      const box = boxOf(page)
      for (const row of await waiting(me, box)) {
        if (row.state === 'conflict' && row.trouble?.code === 'conflict') {
          const { current } = row.trouble.problem as { current: { rev: number } }
          await box.retry(row, { mutationId: random.uuid(), baseRev: current.rev })
        } else if (row.state !== 'queued')
          throw new Violation(`${row.verb} of ${row.row.id} is ${row.state}: ${row.trouble?.code}`)
        return `${row.verb} of ${row.row.id} waits (${row.trouble?.code ?? 'not tried'})`
      }
      const entries = await server.entries()
      for (const { id, text, maybe, ...intent } of intents.values()) {
        if (intent.userId !== me.userId || intent.orgId !== me.orgId || text === '') continue
        const said = entries.get(id)?.description
        if (said !== text && !maybe.has(said ?? ''))
          return `row ${id} was kept as "${text}" and the ledger says "${said}"`
      }
      return null
    },
    async tally() {
      const entries = await server.entries()
      const meant = [...intents.values()].filter(({ text }) => text !== '')
      const found = meant.map((intent) => ({ intent, entry: entries.get(intent.id) }))
      const texts = [...entries.values()].map(({ description }) => description).filter(isEntered)
      return {
        'writes kept': kept,
        'rows meant': meant.length,
        'rows in the ledger': found.filter(({ entry }) => entry !== undefined).length,
        'with what was said last': found.filter(({ intent, entry }) => entry?.description === intent.text)
          .length,
        'by another author': found.filter(({ intent, entry }) => entry && entry.createdBy !== intent.userId)
          .length,
        doubled: texts.length - new Set(texts).size,
      }
    },
  }
}
