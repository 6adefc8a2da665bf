import { financeWrites } from './finance/finance-writes.ts'
import OutboxPage from './outbox/outbox-page.tsx'
import { tasksWrites } from './tasks/tasks-writes.ts'

const KINDS = { finance: financeWrites, tasks: tasksWrites }

/** The outbox, which knows no domain, with all of them. */
export default function OutboxOfAll() {
  return <OutboxPage kinds={KINDS} />
}
