import type { TaskRow } from '../../worker/wire/tasks.ts'
import type { DemoOrg } from './demo-orgs.ts'
import { createDemoRandom } from './demo-random.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const TASKS = 60

const TITLES = [
  'Read the water meters',
  'Walk the fire escape routes',
  'Chase the lift contractor for a date',
  'Reconcile the petty cash',
  'Replace the batteries of the smoke detectors',
  'Photograph the renovated rooms',
  'Collect the keys of unit {u}',
  'Check the deposit of unit {u}',
  'Order linen for the second floor',
  'Renew the parking permits',
  'Send the utility bills to the owner',
  'Service the dishwasher',
  'Match the card payouts of last week',
  'Call the insurer about the roof',
  'Bleed the radiators in the west wing',
]

/** Sixty tasks of the last month, a third of them still open, the due days on both sides of today. */
export function demoTasks(org: DemoOrg, now: number): TaskRow[] {
  const random = createDemoRandom(`${org.id} tasks`)
  return Array.from({ length: TASKS }, (_, serial): TaskRow => {
    const property = random.pick(org.properties)
    const people = org.users.filter((user) => user.grants.includes(property.id))
    const createdAt =
      now - Math.floor(((TASKS - serial) / TASKS) * 30 * DAY_MS) - random.between(0, 3_600_000)
    const isOpen = random.fraction() < 0.2 + 0.3 * (serial / TASKS)
    const dueOn = new Date(createdAt + random.between(1, 20) * DAY_MS).toISOString().slice(0, 10)
    return {
      id: `${org.id}-k${String(serial + 1).padStart(3, '0')}`,
      rev: isOpen ? 1 : 2,
      orgId: org.id,
      propertyId: property.id,
      title: random.pick(TITLES).replace('{u}', () => `${random.between(1, 6)}0${random.between(1, 9)}`),
      status: isOpen ? 'open' : 'done',
      assigneeId: random.fraction() < 0.75 ? random.pick(people).id : null,
      dueOn: random.fraction() < 0.8 ? dueOn : null,
      createdBy: people[0]!.id,
      createdAt,
      updatedAt: isOpen ? createdAt : Math.min(now, createdAt + random.between(1, 9) * DAY_MS),
    }
  })
}
