import * as v from 'valibot'
import { TransactionRow } from '../worker/wire/finance.ts'
import { TaskRow } from '../worker/wire/tasks.ts'
import { moneyText } from './finance/money-text.ts'
import type { LocalWrite } from './realtime/local-writes.ts'

const FINANCE_VERBS: Record<string, string> = {
  create: 'New entry',
  edit: 'Change',
  delete: 'Deletion',
  approve: 'Approval',
  reject: 'Rejection',
}
const TASK_VERBS: Record<string, string> = { create: 'New task', edit: 'Change of task' }

/** What a write does and to what, for a list that knows no domain. */
export function describeWrite(write: LocalWrite): { what: string; of: string } {
  const transaction = v.safeParse(TransactionRow, write.row)
  if (write.topic === 'finance' && transaction.success) {
    const { type, amountMinor, currency, description } = transaction.output
    const amount = moneyText(type === 'expense' ? -amountMinor : amountMinor, currency, { sign: true })
    return { what: FINANCE_VERBS[write.verb] ?? 'Change', of: `${description}, ${amount}` }
  }
  const task = v.safeParse(TaskRow, write.row)
  if (task.success) return { what: TASK_VERBS[write.verb] ?? 'Change of task', of: task.output.title }
  return { what: 'Change', of: write.row.id }
}
