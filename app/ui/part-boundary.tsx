import { Component, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { EmptyState } from './empty-state.tsx'

/**
 * When one part of the page breaks, that part says so and the rest lives on; `fallback` is another way to show the same.
 * A new deploy may have taken its code away, or the browser may lack what it needs.
 */
export class PartBoundary extends Component<
  { children: ReactNode; fallback?: ReactNode },
  { failed: boolean }
> {
  override state = { failed: false }

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true }
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children
    if (this.props.fallback) return this.props.fallback
    return (
      <div role="alert">
        <EmptyState
          title="This page could not be shown"
          text="Its code could not be loaded or has a fault. What you entered is kept on this device."
        >
          <Button onClick={() => location.reload()}>Reload</Button>
        </EmptyState>
      </div>
    )
  }
}
