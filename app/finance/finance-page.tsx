import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react'
import { APPROVER_ROLES } from '../../worker/wire/session.ts'
import { useSignedIn } from '../realtime/runtime-provider.tsx'
import { usePageFilter } from '../ui/page-filter.tsx'
import { ApprovalQueue } from './approval-queue.tsx'
import { entryCurrency } from './entry-currency.ts'
import { EntryForm } from './entry-form.tsx'
import { FinanceContext, type FinanceTools } from './finance-context.tsx'
import { FinanceNarrow, type NarrowPart } from './finance-narrow.tsx'
import { FinanceWide } from './finance-wide.tsx'
import { ledgerFilter } from './ledger-filter.ts'
import { LedgerPanel } from './ledger-panel.tsx'
import { TodayPanel } from './today-panel.tsx'
import type { DecisionList } from './use-decision-list.ts'
import { useArrivalWords } from './use-arrival-words.ts'
import { useFinanceKeys } from './use-finance-keys.ts'
import { useLedgerChoice } from './use-ledger-choice.ts'
import { useLedgerNews } from './use-ledger-news.ts'
import { useMedia } from './use-media.ts'
import { useNames } from './use-names.ts'
import { useOpened } from './use-opened.ts'
import { useToday } from './use-today.ts'
import { useTransactionActions } from './use-transaction-actions.ts'
import { useTransactions } from './use-transactions.ts'

/** Below this the ledger needs the whole width: the rest stands above it or behind a switch. */
const NARROW = '(max-width: 63.99rem)'

const PlotPanel = lazy(() => import('./plot-panel.tsx').then(({ PlotPanel }) => ({ default: PlotPanel })))

/** The ledger of a property group: what came in and went out, what waits, and the hand to enter and decide. */
export default function FinancePage() {
  const { user } = useSignedIn()
  const actions = useTransactionActions()
  const names = useNames()
  const today = useToday()
  const mayDecide = APPROVER_ROLES.includes(user.role)
  const tools = useMemo(
    (): FinanceTools => ({ actions, names, role: user.role, mayDecide, today }),
    [actions, names, user.role, mayDecide, today],
  )
  return (
    <FinanceContext value={tools}>
      <FinanceBody tools={tools} />
    </FinanceContext>
  )
}

function FinanceBody({ tools }: { tools: FinanceTools }) {
  const { actions, mayDecide } = tools
  const page = usePageFilter()
  const propertyId = page.propertyId ?? null
  const [choice, choose] = useLedgerChoice()
  const isNarrow = useMedia(NARROW)
  const { status, type } = choice
  const filter = useMemo(() => ledgerFilter({ status, type }, propertyId), [status, type, propertyId])
  const waitingFilter = useMemo(
    () => ledgerFilter({ status: 'pending', type: null }, propertyId),
    [propertyId],
  )
  const list = useTransactions(filter)
  const waiting = useTransactions(waitingFilter)
  const news = useLedgerNews(useArrivalWords())

  const ledger = useRef<DecisionList>(null)
  const queue = useRef<DecisionList>(null)
  const active = useRef<'ledger' | 'queue'>('ledger')
  const amount = useRef<HTMLInputElement>(null)
  const [asTable, setAsTable] = useState(false)
  const [isEntering, setIsEntering] = useState(false)
  const [part, setPart] = useState<NarrowPart>('ledger')

  const open = useCallback((id: string) => choose({ open: id }), [choose])
  function enter(): void {
    if (isNarrow) setIsEntering(true)
    else amount.current?.focus()
  }
  function close(): void {
    choose({ open: null })
    activeList()?.focusCursor()
  }
  function activeList(): DecisionList | null {
    const [first, second] = active.current === 'queue' ? [queue, ledger] : [ledger, queue]
    return first.current ?? second.current
  }
  const opened = useOpened(choice.open, [list.views, waiting.views], filter)
  useFinanceKeys({
    list: activeList,
    actions,
    mayDecide,
    opened,
    onOpen: open,
    onClose: close,
    onEnter: enter,
    onToggleTable() {
      if (isNarrow) setPart('plot')
      setAsTable((now) => !now)
    },
  })

  const rows = useMemo(() => (list.views ?? []).map((view) => view.row), [list.views])
  const currencyOf = useCallback((id: string | null) => entryCurrency(rows, [], id), [rows])
  const currency = currencyOf(propertyId)

  const ledgerPanel = (
    <LedgerPanel
      list={list}
      choice={choice}
      onChoose={choose}
      search={page.search}
      asked={JSON.stringify([filter, page.search])}
      isFiltered={page.search !== '' || propertyId !== null || status !== null || type !== null}
      onClearFilters={() => {
        choose({ status: null, type: null })
        page.setSearch('')
        page.setPropertyId(undefined)
      }}
      news={news}
      onOpen={open}
      onActive={() => void (active.current = 'ledger')}
      onEnter={enter}
      handle={ledger}
    />
  )
  const queuePanel = (
    <ApprovalQueue
      propertyId={propertyId}
      openId={choice.open}
      onOpen={open}
      onActive={() => void (active.current = 'queue')}
      handle={queue}
    />
  )
  const todayPanel = <TodayPanel propertyId={propertyId} currency={currency} />

  const entry = (layout: 'line' | 'column', onEntered?: () => void) => (
    <EntryForm
      layout={layout}
      currencyOf={currencyOf}
      filter={filter}
      amountRef={amount}
      {...(onEntered ? { onEntered } : {})}
    />
  )
  const plotPanel = (
    <Suspense fallback={null}>
      <PlotPanel
        propertyId={propertyId}
        currency={currency}
        asTable={asTable}
        onToggleTable={() => setAsTable((now) => !now)}
      />
    </Suspense>
  )
  const parts = { ledger: ledgerPanel, queue: queuePanel, plot: plotPanel, today: todayPanel }

  if (isNarrow)
    return (
      <FinanceNarrow
        {...parts}
        part={part}
        onPart={setPart}
        waitingCount={waiting.views?.length ?? null}
        opened={opened}
        onClose={close}
        onEnter={enter}
        entry={isEntering ? entry('column', () => setIsEntering(false)) : null}
        onEntryClose={() => setIsEntering(false)}
      />
    )
  return <FinanceWide {...parts} entry={entry('line')} opened={opened} onClose={close} />
}
