import { useQuery } from '@tanstack/react-query'
import * as v from 'valibot'
import { TelemetrySummary } from '../../worker/wire/telemetry.ts'
import { useRealtime } from '../realtime/runtime-provider.tsx'
import { countText, telemetryText } from './figure-text.ts'
import styles from './ops-page.module.css'

const REFRESH_MS = 30_000

/** What the pages of this organisation noticed in the last hour, the most frequent first. */
export function TelemetryTable() {
  const { runtime } = useRealtime()
  const { data } = useQuery({
    queryKey: ['ops', 'telemetry'],
    queryFn: async () => {
      const result = await runtime.calls.request({ method: 'GET', path: '/telemetry/summary' })
      const parsed = v.safeParse(TelemetrySummary, result.ok ? result.value.body : null)
      return parsed.success ? Object.entries(parsed.output.totals).toSorted(([, a], [, b]) => b - a) : null
    },
    refetchInterval: REFRESH_MS,
    staleTime: REFRESH_MS,
  })
  return (
    <table className={styles.table}>
      <caption>Noticed by pages, last hour</caption>
      <tbody>
        {data?.length === 0 && (
          <tr>
            <td className={styles.none}>Nothing</td>
          </tr>
        )}
        {data?.map(([name, count]) => (
          <tr key={name}>
            <th scope="row">{telemetryText(name)}</th>
            <td>{countText(count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
