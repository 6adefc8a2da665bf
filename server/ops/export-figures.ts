import { Counter, Gauge, type Registry } from 'prom-client'
import type { RealtimeFigures } from '../realtime/figures.ts'

/** The figures of the realtime part under their Prometheus names, read when somebody scrapes. No label names anybody. */
export function exportFigures(
  registry: Registry,
  read: () => RealtimeFigures,
  isDraining: () => boolean,
): void {
  const registers = [registry]

  function gauge(name: string, help: string, value: (figures: RealtimeFigures) => number): void {
    // oxlint-disable-next-line no-new -- it registers itself
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value(read()))
      },
    })
  }

  function counter(
    name: string,
    help: string,
    label: string | null,
    values: (figures: RealtimeFigures) => Record<string, number>,
  ): void {
    // oxlint-disable-next-line no-new -- it registers itself
    new Counter({
      name,
      help,
      registers,
      labelNames: label === null ? [] : [label],
      collect() {
        this.reset()
        for (const [key, value] of Object.entries(values(read())))
          this.inc(label === null ? {} : { [label]: key }, value)
      },
    })
  }

  gauge('rt_waiters', 'Polls held now.', ({ waiters }) => waiters.total)
  gauge('rt_sessions', 'Login sessions that hold a poll.', ({ waiters }) => waiters.sessions)
  gauge('rt_orgs_active', 'Organisations with a feed in memory.', ({ buffers }) => buffers.orgs)
  gauge('rt_buffer_events', 'Events kept.', ({ buffers }) => buffers.events)
  gauge('rt_buffer_bytes', 'Bytes of the events kept.', ({ buffers }) => buffers.bytes)
  gauge('rt_draining', '1 while this process leaves.', () => Number(isDraining()))
  // oxlint-disable-next-line no-new -- it registers itself
  new Gauge({
    name: 'rt_session_pollers',
    help: 'Login sessions by how many polls they hold; all should hold one.',
    labelNames: ['polls'],
    registers,
    collect() {
      for (const [polls, sessions] of Object.entries(read().waiters.pollersPerSession))
        this.set({ polls }, sessions)
    },
  })
  counter('rt_events_published_total', 'Events taken into a feed.', null, ({ published }) => ({ published }))
  counter('rt_events_delivered_total', 'Events written, once for each poll.', null, ({ delivered }) => ({
    delivered,
  }))
  counter('rt_dropped_total', 'Events kept no longer.', 'reason', ({ dropped }) => dropped)
  counter('rt_polls_total', 'Polls answered.', 'outcome', ({ polls }) => polls)
  counter('rt_gap_total', 'Polls that were told of a gap.', 'reason', ({ gaps }) => gaps)
  counter('rt_stalls_total', 'Wakes that were lost and made up for by a look.', null, ({ stalls }) => ({
    stalls,
  }))
}
