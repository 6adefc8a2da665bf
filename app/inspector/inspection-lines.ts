import type { Inspection } from '../../worker/wire/port.ts'

export interface InspectionLine {
  name: string
  value: string
  testId?: string
}

/** The inspection as lines to read. Host and role are written as the contract's words, for tests and for reports. */
export function inspectionLines(inspection: Inspection, now: number): InspectionLine[] {
  const { polls, events, tabs } = inspection
  return [
    { name: 'Host', value: inspection.host, testId: 'inspector-host' },
    { name: 'Role', value: inspection.role, testId: 'inspector-role' },
    { name: 'Tabs', value: String(tabs.length), testId: 'inspector-tabs' },
    { name: 'Tabs in sight', value: String(tabs.filter((tab) => tab.visible).length) },
    { name: 'Cursor', value: inspection.cursor ?? 'none', testId: 'inspector-cursor' },
    { name: 'Generation', value: String(inspection.generation) },
    { name: 'Polls sent', value: polls.inFlight ? `${polls.sent}, one held now` : String(polls.sent) },
    { name: 'Last poll', value: lastPoll(polls, now) },
    { name: 'Next poll', value: nextPoll(inspection, now) },
    { name: 'Events received', value: String(events.received) },
    { name: 'Duplicates', value: String(events.duplicates) },
    { name: 'Gaps', value: String(events.gaps) },
    { name: 'Token refreshes', value: String(inspection.refreshes) },
    { name: 'Runtime', value: inspection.instanceId },
    { name: 'Build', value: inspection.build, testId: 'inspector-build' },
  ]
}

function lastPoll({ lastOutcome, lastAt, lastHeldMs }: Inspection['polls'], now: number): string {
  if (lastOutcome === null) return 'none yet'
  const held = lastHeldMs === null ? '' : `, held ${lastHeldMs} ms`
  const ago = lastAt === null ? '' : `, ${Math.max(0, Math.round((now - lastAt) / 1000))} s ago`
  return lastOutcome + held + ago
}

function nextPoll({ nextPollAt, polls }: Inspection, now: number): string {
  if (polls.inFlight) return 'when this one is answered'
  if (nextPollAt === null) return 'none planned here'
  return `in ${(Math.max(0, nextPollAt - now) / 1000).toFixed(1)} s`
}
