import * as v from 'valibot'
import type { Runtime } from '../../worker/tab/attach.ts'
import {
  DailyApprovals,
  ProfitLoss,
  TodayPending,
  TransactionPage,
  type TransactionFilter,
} from '../../worker/wire/finance.ts'
import { PeopleAnswer } from '../../worker/wire/session.ts'
import { TaskPage, type TaskFilter } from '../../worker/wire/tasks.ts'
import { ApiError } from './api-error.ts'

/** Reads of the domains, typed by the wire's schemas. They throw `ApiError`; the token is the runtime's business. */
export interface Api {
  transactions(filter: TransactionFilter, after: string | null): Promise<TransactionPage>
  profitLoss(range: { propertyId?: string; from: string; to: string }): Promise<ProfitLoss>
  todayPending(query: { propertyId?: string; date: string }): Promise<TodayPending>
  dailyApprovals(query: { propertyId?: string; date: string }): Promise<DailyApprovals>
  tasks(filter: TaskFilter, after: string | null): Promise<TaskPage>
  people(): Promise<PeopleAnswer>
}

type Query = Record<string, string | null | undefined>

export function createApi(runtime: Pick<Runtime, 'calls'>): Api {
  async function get<S extends v.GenericSchema>(
    path: string,
    query: Query,
    schema: S,
  ): Promise<v.InferOutput<S>> {
    const result = await runtime.calls.request({ method: 'GET', path: path + search(query) })
    if (!result.ok) throw new ApiError(result)
    const parsed = v.safeParse(schema, result.value.body)
    if (parsed.success) return parsed.output
    throw new ApiError({
      ok: false,
      code: 'bad_answer',
      status: result.value.status,
      retryAfterMs: null,
      problem: null,
    })
  }

  return {
    transactions: (filter, after) => get('/api/finance/transactions', { ...filter, after }, TransactionPage),
    profitLoss: (range) => get('/api/finance/profit-loss', range, ProfitLoss),
    todayPending: (query) => get('/api/finance/today-pending', query, TodayPending),
    dailyApprovals: (query) => get('/api/finance/daily-approvals', query, DailyApprovals),
    tasks: (filter, after) => get('/api/tasks', { ...filter, after }, TaskPage),
    people: () => get('/api/people', {}, PeopleAnswer),
  }
}

function search(query: Query): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value) params.set(name, value)
  const text = params.toString()
  return text && `?${text}`
}
