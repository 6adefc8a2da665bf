import type { TransactionRow } from '../../worker/wire/finance.ts'
import type { ViewRow } from '../realtime/overlay-writes.ts'
import { Button } from '../ui/button.tsx'
import { useFinance } from './finance-context.tsx'
import { moneyText } from './money-text.ts'

interface DecideButtonsProps {
  view: ViewRow<TransactionRow>
  /** Marks instead of words, where a row has no room. */
  compact?: boolean
  /** After the decision, for moving on to the next. */
  onDecided?: () => void
}

/** Approve and reject for one row; each names what it decides, since a list has forty of them. */
export function DecideButtons({ view, compact = false, onDecided }: DecideButtonsProps) {
  const { actions } = useFinance()
  const what = `${view.row.description}, ${moneyText(view.row.amountMinor, view.row.currency)}`
  function decide(verb: 'approve' | 'reject') {
    if (actions.decide(verb, [view]) > 0) onDecided?.()
  }
  return (
    <>
      <Button
        size={compact ? 'small' : 'medium'}
        kind={compact ? 'quiet' : 'primary'}
        icon="check"
        data-testid="approve"
        aria-label={compact ? `Approve ${what}` : undefined}
        tabIndex={compact ? -1 : undefined}
        onClick={(event) => {
          event.stopPropagation()
          decide('approve')
        }}
      >
        {compact ? null : 'Approve'}
      </Button>
      <Button
        size={compact ? 'small' : 'medium'}
        kind="quiet"
        icon="cross"
        data-testid="reject"
        aria-label={compact ? `Reject ${what}` : undefined}
        tabIndex={compact ? -1 : undefined}
        onClick={(event) => {
          event.stopPropagation()
          decide('reject')
        }}
      >
        {compact ? null : 'Reject'}
      </Button>
    </>
  )
}
