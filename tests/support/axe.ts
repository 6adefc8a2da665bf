import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** Every violation as one line, so that a failure says what and where. */
export async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
  )
}
