import { Hono } from 'hono'
import * as v from 'valibot'
import { CreateTransaction, EditTransaction, TransactionFilter } from '../../worker/wire/finance.ts'
import { Day } from '../../worker/wire/primitives.ts'
import type { Clock, Random } from '../deps.ts'
import type { AppEnv } from '../http/app-env.ts'
import { parseMark } from '../http/page-mark.ts'
import { readQuery } from '../http/read-query.ts'
import { answerPage, PageQuery } from '../http/row-page.ts'
import type { Broker } from '../realtime/broker.ts'
import type { EventPublisher } from '../store/event-publisher.ts'
import type { Store } from '../store/open-store.ts'
import { createWrites } from '../writes/writes.ts'
import { dailyApprovals, profitLoss, todayPending } from './aggregates.ts'
import { LedgerKey, listRows, rowById } from './transaction-store.ts'
import { createTransactionWrites } from './transaction-writes.ts'

const ListQuery = v.object({ ...TransactionFilter.entries, ...PageQuery.entries })
const RangeQuery = v.pick(TransactionFilter, ['propertyId', 'from', 'to'])
const DayQuery = v.object({ propertyId: TransactionFilter.entries.propertyId, date: v.optional(Day) })

const PATH = '/api/finance/transactions'

/** The ledger's endpoints. They stand behind `requireCaller`; the organisation is the caller's and nobody else's. */
export function createFinance(deps: {
  store: Pick<Store, 'db'>
  broker: Broker
  publisher: EventPublisher
  clock: Clock
  random: Random
  retireDeploysBefore: number
}): Hono<AppEnv> {
  const { broker, clock } = deps
  const { db } = deps.store
  const writes = createWrites(deps)
  const transactions = createTransactionWrites(deps)
  const today = () => new Date(clock.now()).toISOString().slice(0, 10)
  const update = { topic: 'finance', schema: null, needsRev: true, read: rowById } as const

  return new Hono<AppEnv>()
    .get(PATH, (c) => {
      const { limit, after, ...filter } = readQuery(c, ListQuery)
      const key = after === undefined ? null : parseMark(after, LedgerKey)
      const read = (rows: number) => listRows(db, c.get('caller'), filter, key, rows)
      return answerPage(c, broker, limit, read, (row) => [row.occurredOn, row.createdAt, row.id])
    })
    .post(PATH, (c) =>
      writes.run(c, { ...update, schema: CreateTransaction, needsRev: false }, (write) =>
        transactions.create(write),
      ),
    )
    .patch(`${PATH}/:id`, (c) =>
      writes.run(c, { ...update, schema: EditTransaction }, (write) =>
        transactions.edit(write, c.req.param('id')),
      ),
    )
    .delete(`${PATH}/:id`, (c) =>
      writes.run(c, update, (write) => transactions.remove(write, c.req.param('id'))),
    )
    .post(`${PATH}/:id/approve`, (c) =>
      writes.run(c, update, (write) => transactions.decide(write, c.req.param('id'), 'approved')),
    )
    .post(`${PATH}/:id/reject`, (c) =>
      writes.run(c, update, (write) => transactions.decide(write, c.req.param('id'), 'rejected')),
    )
    .get('/api/finance/profit-loss', async (c) =>
      c.json(await profitLoss(db, c.get('caller'), readQuery(c, RangeQuery))),
    )
    .get('/api/finance/today-pending', async (c) => {
      const { propertyId, date = today() } = readQuery(c, DayQuery)
      return c.json(await todayPending(db, c.get('caller'), propertyId, date))
    })
    .get('/api/finance/daily-approvals', async (c) => {
      const { propertyId, date = today() } = readQuery(c, DayQuery)
      return c.json(await dailyApprovals(db, c.get('caller'), propertyId, date))
    })
}
