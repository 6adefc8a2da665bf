import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { APPROVER_ROLES } from '../../worker/wire/session.ts'
import { useSignedIn } from '../realtime/runtime-provider.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { useAnnouncer } from '../ui/live-region.tsx'
import { usePageFilter } from '../ui/page-filter.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { ApprovalQueue } from './approval-queue.tsx'
import { createAnnouncer } from './arrival-words.ts'
import { DetailPanel } from './detail-panel.tsx'
import { entryCurrency } from './entry-currency.ts'
import { EntryForm } from './entry-form.tsx'
import { FinanceContext, type FinanceTools } from './finance-context.tsx'
import styles from './finance-page.module.css'
import { ledgerFilter } from './ledger-filter.ts'
import { LedgerPanel } from './ledger-panel.tsx'
import { TodayPanel } from './today-panel.tsx'
import type { DecisionList } from './use-decision-list.ts'
import { useFinanceKeys } from './use-finance-keys.ts'
import { useLedgerChoice } from './use-ledger-choice.ts'
import { useLedgerNews } from './use-ledger-news.ts'
import { useMedia } from './use-media.ts'
import { useNames } from './use-names.ts'
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
  const [part, setPart] = useState<'queue' | 'ledger'>('ledger')

  const open = useCallback((id: string) => choose({ open: id }), [choose])
  const close = useCallback(() => choose({ open: null }), [choose])
  function enter(): void {
    if (isNarrow) setIsEntering(true)
    else amount.current?.focus()
  }
  function activeList(): DecisionList | null {
    const [first, second] = active.current === 'queue' ? [queue, ledger] : [ledger, queue]
    return first.current ?? second.current
  }
  useFinanceKeys({
    list: activeList,
    actions,
    mayDecide,
    openId: choice.open,
    onOpen: open,
    onClose: close,
    onEnter: enter,
    onToggleTable: () => setAsTable((now) => !now),
  })

  const opened =
    choice.open === null
      ? undefined
      : [...(list.views ?? []), ...(waiting.views ?? [])].find((view) => view.row.id === choice.open)
  const rows = useMemo(() => (list.views ?? []).map((view) => view.row), [list.views])
  const currencyOf = useCallback((id: string | null) => entryCurrency(rows, [], id), [rows])
  const currency = currencyOf(propertyId)

  const ledgerPanel = (
    <LedgerPanel
      list={list}
      choice={choice}
      onChoose={choose}
      search={page.search}
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

  if (isNarrow)
    return (
      <div className={styles.narrow}>
        <div className={styles.todayBand}>{todayPanel}</div>
        <div className={styles.parts}>
          <Segmented
            name="part"
            label="Part of the page"
            value={part}
            onChange={setPart}
            options={[
              { value: 'ledger', label: 'Ledger' },
              {
                value: 'queue',
                label: `${mayDecide ? 'To approve' : 'Waiting'}${waiting.views ? ` (${waiting.views.length})` : ''}`,
              },
            ]}
          />
        </div>
        <div className={part === 'queue' ? styles.queuePart : styles.ledgerPart}>
          {part === 'queue' ? queuePanel : ledgerPanel}
        </div>
        <Button kind="primary" icon="plus" className={styles.newEntry} onClick={enter}>
          New entry
        </Button>
        {isEntering && (
          <Dialog title="New entry" onClose={() => setIsEntering(false)}>
            <EntryForm
              layout="column"
              currencyOf={currencyOf}
              filter={filter}
              amountRef={amount}
              onEntered={() => setIsEntering(false)}
            />
          </Dialog>
        )}
        {opened && (
          <Dialog title="Entry" onClose={close}>
            <DetailPanel key={opened.row.id} view={opened} onClose={close} framed />
          </Dialog>
        )}
      </div>
    )

  return (
    <div className={styles.wide}>
      <div className={styles.main}>
        <div className={styles.entryBand}>
          <EntryForm layout="line" currencyOf={currencyOf} filter={filter} amountRef={amount} />
        </div>
        {ledgerPanel}
      </div>
      <aside className={styles.side} aria-label="Today and what waits">
        {opened && (
          <div className={styles.opened}>
            <DetailPanel key={opened.row.id} view={opened} onClose={close} />
          </div>
        )}
        <div className={styles.sideParts} hidden={opened !== undefined}>
          {todayPanel}
          <Suspense fallback={null}>
            <PlotPanel
              propertyId={propertyId}
              currency={currency}
              asTable={asTable}
              onToggleTable={() => setAsTable((now) => !now)}
            />
          </Suspense>
          {queuePanel}
        </div>
      </aside>
    </div>
  )
}

/** Says aloud what others did, a sentence every few seconds at most. */
function useArrivalWords(): (types: readonly string[]) => void {
  const announcer = useAnnouncer()
  const words = useMemo(
    () =>
      createAnnouncer({
        now: () => performance.now(),
        after(ms, fn) {
          const timer = setTimeout(fn, ms)
          return () => clearTimeout(timer)
        },
        say: (text) => announcer.status(text),
      }),
    [announcer],
  )
  useEffect(() => () => words.stop(), [words])
  return words.add
}
