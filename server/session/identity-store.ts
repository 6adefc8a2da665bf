import type { Kysely, Selectable } from 'kysely'
import type { Org, Property, User } from '../../worker/wire/session.ts'
import type { Schema } from '../store/schema.ts'

/** Who somebody is and what they may read, as the store has it now. */
export interface Identity {
  user: User
  org: Org
  /** Granted, ordered by name. */
  properties: Property[]
  disabled: boolean
}

export interface IdentityStore {
  /** The account behind an e-mail, in whatever case it was typed. */
  accountOf(email: string): Promise<{ id: string; passwordHash: string } | undefined>
  identityOf(userId: string): Promise<Identity | undefined>
}

export function createIdentityStore(db: Kysely<Schema>): IdentityStore {
  async function granted(userId: string): Promise<Property[]> {
    return db
      .selectFrom('userProperties')
      .innerJoin('properties', 'properties.id', 'userProperties.propertyId')
      .where('userProperties.userId', '=', userId)
      .select(['properties.id', 'properties.name'])
      .orderBy('properties.name')
      .orderBy('properties.id')
      .execute()
  }

  return {
    accountOf: (email) =>
      db
        .selectFrom('users')
        .select(['id', 'passwordHash'])
        .where('email', '=', email.toLowerCase())
        .executeTakeFirst(),
    async identityOf(userId) {
      const row = await db
        .selectFrom('users')
        .innerJoin('orgs', 'orgs.id', 'users.orgId')
        .where('users.id', '=', userId)
        .select(['users.id', 'users.name', 'users.email', 'users.role', 'users.disabled'])
        .select(['orgs.id as orgId', 'orgs.name as orgName'])
        .executeTakeFirst()
      return row && toIdentity(row, await granted(userId))
    },
  }
}

type UserRow = Pick<Selectable<Schema['users']>, 'id' | 'name' | 'email' | 'role' | 'disabled'>

function toIdentity(row: UserRow & { orgId: string; orgName: string }, properties: Property[]): Identity {
  const { id, name, email, role, disabled, orgId, orgName } = row
  return {
    user: { id, name, email, role },
    org: { id: orgId, name: orgName },
    properties,
    disabled: disabled === 1,
  }
}
