import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'wouter'
import { readChoice, writeChoice, type LedgerChoice } from './ledger-filter.ts'

/** The reader's choice of status, type and open row, kept in the address. */
export function useLedgerChoice(): [LedgerChoice, (change: Partial<LedgerChoice>) => void] {
  const [params, setParams] = useSearchParams()
  const choice = useMemo(() => readChoice(params), [params])
  const choose = useCallback(
    (change: Partial<LedgerChoice>) => {
      setParams((now) => writeChoice(now, change), { replace: true })
    },
    [setParams],
  )
  return [choice, choose]
}
