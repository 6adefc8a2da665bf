import { createContext, useContext } from 'react'
import type { Role } from '../../worker/wire/session.ts'
import type { RowNames } from './search-rows.ts'
import type { TransactionActions } from './use-transaction-actions.ts'

/** What every part of the page needs and none of them owns. */
export interface FinanceTools {
  actions: TransactionActions
  names: RowNames
  role: Role
  /** Owners and managers. */
  mayDecide: boolean
  /** The reader's day, YYYY-MM-DD. */
  today: string
}

export const FinanceContext = createContext<FinanceTools | null>(null)

export function useFinance(): FinanceTools {
  const tools = useContext(FinanceContext)
  if (!tools) throw new Error('useFinance needs a FinanceContext above it')
  return tools
}
