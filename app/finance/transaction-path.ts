export const TRANSACTIONS_PATH = '/api/finance/transactions'

export function transactionPath(id: string): string {
  return `${TRANSACTIONS_PATH}/${id}`
}
