import type { TransactionRow, TransactionStatus, TransactionType } from '../../worker/wire/finance.ts'
import type { DemoOrg } from './demo-orgs.ts'
import { createDemoRandom, type DemoRandom } from './demo-random.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const DAYS = 90
const PER_DAY = [19, 26] as const
const PENDING_TODAY = 9
const PENDING_YESTERDAY = 12
const PENDING_EARLIER = 19

/** `between` in whole units of the currency; `share` of all entries, in parts of the sum of shares. */
interface Template {
  type: TransactionType
  text: string
  between: readonly [number, number]
  share: number
}

const TEMPLATES: readonly Template[] = [
  { type: 'revenue', text: 'Room revenue, {n} nights', between: [380, 4200], share: 16 },
  { type: 'revenue', text: 'Booking.com payout', between: [900, 7800], share: 7 },
  { type: 'revenue', text: 'Expedia payout', between: [600, 5200], share: 5 },
  { type: 'revenue', text: 'Monthly rent, unit {u}', between: [850, 2600], share: 9 },
  { type: 'revenue', text: 'Restaurant takings', between: [240, 2900], share: 8 },
  { type: 'revenue', text: 'Parking permits', between: [40, 420], share: 4 },
  { type: 'revenue', text: 'Meeting room hire', between: [180, 1400], share: 4 },
  { type: 'revenue', text: 'Laundry machines, week {w}', between: [60, 310], share: 3 },
  { type: 'expense', text: 'Linen and laundry service', between: [120, 980], share: 6 },
  { type: 'expense', text: 'Electricity, meter {u}', between: [140, 1900], share: 5 },
  { type: 'expense', text: 'Water and sewerage', between: [90, 760], share: 4 },
  { type: 'expense', text: 'Plumber: blocked drain, unit {u}', between: [95, 640], share: 4 },
  { type: 'expense', text: 'Boiler inspection', between: [160, 520], share: 2 },
  { type: 'expense', text: 'Lift maintenance contract', between: [220, 680], share: 2 },
  { type: 'expense', text: 'Cleaning supplies', between: [35, 280], share: 6 },
  { type: 'expense', text: 'Kitchen produce', between: [80, 1250], share: 7 },
  { type: 'expense', text: 'Agency staff, weekend shift', between: [210, 1100], share: 4 },
  { type: 'expense', text: 'Replacement mattress, room {u}', between: [190, 540], share: 2 },
  { type: 'expense', text: 'Internet and telephones', between: [60, 240], share: 3 },
  { type: 'expense', text: 'Card fees', between: [18, 390], share: 4 },
  { type: 'expense', text: 'Refund to guest, booking {b}', between: [45, 620], share: 2 },
  { type: 'expense', text: 'Payroll, week {w}', between: [2400, 9800], share: 5 },
  { type: 'expense', text: 'Mortgage instalment', between: [3200, 8600], share: 3 },
  { type: 'expense', text: 'Property tax instalment', between: [900, 4200], share: 2 },
  { type: 'expense', text: 'Fire alarm service', between: [110, 450], share: 1 },
]
const SHARES = TEMPLATES.reduce((sum, { share }) => sum + share, 0)

/** Ninety days of a ledger: most of it decided, some of it waiting, the newest days with the most to do. */
export function demoTransactions(org: DemoOrg, now: number): TransactionRow[] {
  const random = createDemoRandom(`${org.id} transactions`)
  const midnight = now - (now % DAY_MS)
  const rows: TransactionRow[] = []
  for (let daysAgo = DAYS - 1; daysAgo >= 0; daysAgo -= 1) {
    const count = random.between(...PER_DAY)
    const start = midnight - daysAgo * DAY_MS
    // Entered between seven in the morning and eight in the evening, but never later than now.
    const workday = Math.min(13 * 60 * 60 * 1000, Math.max(0, now - start - 7 * 60 * 60 * 1000))
    for (let i = 0; i < count; i += 1) {
      const createdAt = Math.min(
        now,
        start + 7 * 60 * 60 * 1000 + Math.floor((workday * (i + random.fraction())) / count),
      )
      rows.push(demoTransaction(org, random, rows.length, { start, createdAt, now }))
    }
  }
  const fromEnd = rows.toReversed()
  const newest = (daysAgo: number) =>
    fromEnd.filter((row) => row.occurredOn === dayOf(midnight - daysAgo * DAY_MS))
  const waiting = [...newest(0).slice(0, PENDING_TODAY), ...newest(1).slice(0, PENDING_YESTERDAY)]
  for (const row of fromEnd) {
    if (waiting.length === PENDING_TODAY + PENDING_YESTERDAY + PENDING_EARLIER) break
    if (!waiting.includes(row) && row.occurredOn < dayOf(midnight - DAY_MS) && random.fraction() < 0.2)
      waiting.push(row)
  }
  for (const row of waiting) Object.assign(row, { status: 'pending', rev: 1, updatedAt: row.createdAt })
  return rows
}

function demoTransaction(
  org: DemoOrg,
  random: DemoRandom,
  serial: number,
  { start, createdAt, now }: { start: number; createdAt: number; now: number },
): TransactionRow {
  const template = pickTemplate(random)
  const property = random.pick(org.properties)
  const mayEnter = org.users.filter((user) => user.grants.includes(property.id))
  const [min, max] = template.between
  // Small amounts are more common than large ones.
  const units = min + (max - min) * random.fraction() ** 2
  const status: TransactionStatus = random.fraction() < 0.035 ? 'rejected' : 'approved'
  return {
    id: `${org.id}-t${String(serial + 1).padStart(5, '0')}`,
    rev: 2,
    orgId: org.id,
    propertyId: property.id,
    type: template.type,
    status,
    amountMinor: Math.round(units * 100),
    currency: org.currency,
    description: fill(template.text, random),
    occurredOn: dayOf(start),
    createdBy: (mayEnter.at(-1) ?? mayEnter[0])!.id,
    createdAt,
    updatedAt: Math.min(now, createdAt + random.between(5, 300) * 60_000),
  }
}

function pickTemplate(random: DemoRandom): Template {
  let left = random.fraction() * SHARES
  return TEMPLATES.find(({ share }) => (left -= share) < 0) ?? TEMPLATES[0]!
}

function fill(text: string, random: DemoRandom): string {
  return text
    .replace('{n}', () => String(random.between(1, 9)))
    .replace('{u}', () => `${random.between(1, 6)}${String(random.between(1, 18)).padStart(2, '0')}`)
    .replace('{w}', () => String(random.between(1, 52)))
    .replace('{b}', () => String(random.between(10_400, 98_700)))
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
