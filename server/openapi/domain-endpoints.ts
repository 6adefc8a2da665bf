import { HEADER } from '../../worker/wire/headers.ts'
import type { ProblemCode } from '../../worker/wire/problem.ts'
import type { Endpoint } from './endpoint.ts'
import type { SchemaName } from './schemas.ts'

const WRITE = [HEADER.idempotencyKey, HEADER.actor, HEADER.deploy, HEADER.tab]
const WRITE_PROBLEMS: readonly ProblemCode[] = [
  'idempotency_key_required',
  'actor_required',
  'actor_mismatch',
  'forbidden_property',
  'in_progress',
  'build_retired',
  'validation_failed',
  'key_reused',
]
const UPDATE_PROBLEMS: readonly ProblemCode[] = [
  ...WRITE_PROBLEMS,
  'not_found',
  'invalid_state',
  'conflict',
  'precondition_required',
]

function list(path: string, page: SchemaName, filters: readonly string[]): Endpoint {
  return {
    method: 'get',
    path,
    does: 'A page of rows, newest first, with a realtime cursor taken before they were read.',
    access: 'token',
    parameters: [...filters, 'limit', 'after', 'If-None-Match'],
    answers: {
      200: { says: 'The page. Whoever polls from its cursor misses nothing.', schema: page },
      304: { says: 'As it was.' },
    },
    problems: ['bad_request'],
  }
}

function create(path: string, body: SchemaName, row: SchemaName): Endpoint {
  return {
    method: 'post',
    path,
    does: 'A new row; its event carries the idempotency key as `mutationId`.',
    access: 'token',
    parameters: WRITE,
    body,
    answers: { 201: { says: `The row; with ${HEADER.gone}: 1 a GoneRow instead.`, schema: row } },
    problems: [...WRITE_PROBLEMS, 'invalid_state'],
  }
}

function update(
  method: 'patch' | 'delete' | 'post',
  path: string,
  does: string,
  row: SchemaName,
  body?: SchemaName,
): Endpoint {
  return {
    method,
    path,
    does,
    access: 'token',
    parameters: ['id', ...WRITE, 'If-Match', HEADER.after],
    ...(body === undefined ? {} : { body }),
    answers: { 200: { says: `The row after it; with ${HEADER.gone}: 1 a GoneRow instead.`, schema: row } },
    problems: UPDATE_PROBLEMS,
  }
}

function derived(path: string, schema: SchemaName, parameters: readonly string[]): Endpoint {
  const answers = { 200: { says: 'Of the rows the caller may see.', schema } }
  return {
    method: 'get',
    path,
    does: 'Sums.',
    access: 'token',
    parameters,
    answers,
    problems: ['bad_request'],
  }
}

const LEDGER = '/api/finance/transactions'

export const DOMAIN_ENDPOINTS: readonly Endpoint[] = [
  list(LEDGER, 'TransactionPage', ['propertyId', 'status', 'type', 'from', 'to']),
  create(LEDGER, 'CreateTransaction', 'TransactionRow'),
  update('patch', `${LEDGER}/{id}`, 'Changes a pending row.', 'TransactionRow', 'EditTransaction'),
  update('delete', `${LEDGER}/{id}`, 'Removes a pending row.', 'TransactionRow'),
  { ...update('post', `${LEDGER}/{id}/approve`, 'Approves.', 'TransactionRow'), role: 'owner or manager' },
  { ...update('post', `${LEDGER}/{id}/reject`, 'Rejects.', 'TransactionRow'), role: 'owner or manager' },
  derived('/api/finance/profit-loss', 'ProfitLoss', ['propertyId', 'from', 'to']),
  derived('/api/finance/today-pending', 'TodayPending', ['propertyId', 'date']),
  derived('/api/finance/daily-approvals', 'DailyApprovals', ['propertyId', 'date']),
  list('/api/tasks', 'TaskPage', ['propertyId', 'status']),
  create('/api/tasks', 'CreateTask', 'TaskRow'),
  update('patch', '/api/tasks/{id}', 'Changes a task.', 'TaskRow', 'EditTask'),
]
