import { toJsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'
import {
  CreateTransaction,
  DailyApprovals,
  EditTransaction,
  ProfitLoss,
  TodayPending,
  TransactionPage,
  TransactionRow,
} from '../../worker/wire/finance.ts'
import { EventEnvelope } from '../../worker/wire/event.ts'
import { ClientConfig } from '../../worker/wire/flags.ts'
import { GoneRow } from '../../worker/wire/gone-row.ts'
import { Problem } from '../../worker/wire/problem.ts'
import { PublishAnswer, PublishRequest } from '../../worker/wire/publish.ts'
import {
  LoginAnswer,
  LoginRequest,
  LogoutRequest,
  MeAnswer,
  PeopleAnswer,
  RefreshAnswer,
  RefreshRequest,
} from '../../worker/wire/session.ts'
import { SubscribeAnswer } from '../../worker/wire/subscribe.ts'
import { CreateTask, EditTask, TaskPage, TaskRow } from '../../worker/wire/tasks.ts'
import { TelemetryAnswer, TelemetryRequest, TelemetrySummary } from '../../worker/wire/telemetry.ts'
import { AuditAnswer, Health, History, Metrics, SessionsAnswer, TenantMetrics } from './plain-answers.ts'

const REQUESTS = {
  CreateTask,
  CreateTransaction,
  EditTask,
  EditTransaction,
  LoginRequest,
  LogoutRequest,
  PublishRequest,
  RefreshRequest,
  TelemetryRequest,
}
const ANSWERS = {
  AuditAnswer,
  ClientConfig,
  DailyApprovals,
  EventEnvelope,
  GoneRow,
  Health,
  History,
  LoginAnswer,
  MeAnswer,
  Metrics,
  OpenApi: v.object({ openapi: v.literal('3.1.0'), paths: v.record(v.string(), v.unknown()) }),
  PeopleAnswer,
  Problem,
  ProfitLoss,
  PublishAnswer,
  RefreshAnswer,
  SessionsAnswer,
  StreamEvents: v.array(EventEnvelope),
  SubscribeAnswer,
  TaskPage,
  TaskRow,
  TelemetryAnswer,
  TelemetrySummary,
  TenantMetrics,
  TodayPending,
  TransactionPage,
  TransactionRow,
}
export type SchemaName = keyof typeof REQUESTS | keyof typeof ANSWERS

/**
 * The schemas the server itself checks with, as JSON Schema 2020-12. A rule that JSON Schema has no word for (a real day
 * of the calendar) is left out: what is refused for it says so in its problem.
 */
export function jsonSchemas(): Record<string, object> {
  const of = (schemas: Record<string, v.GenericSchema>, typeMode: 'input' | 'output') =>
    Object.entries(schemas).map(([name, schema]) => {
      const { $schema: _, ...json } = toJsonSchema(schema, {
        typeMode,
        errorMode: 'ignore',
        target: 'draft-2020-12',
      })
      return [name, json] as const
    })
  return Object.fromEntries([...of(REQUESTS, 'input'), ...of(ANSWERS, 'output')])
}
