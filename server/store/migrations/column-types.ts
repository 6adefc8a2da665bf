import { sql, type ColumnDefinitionBuilder, type RawBuilder } from 'kysely'

export type Dialect = 'sqlite' | 'postgres'

/** Column types that mean the same on both. */
export interface ColumnTypes {
  /** A whole number up to 2^53. */
  whole: 'integer' | 'bigint'
  /** Text that is sorted: byte by byte on both, whatever the database's locale. */
  sorted: RawBuilder<unknown>
  /** A number the store makes, rising with each row. */
  serial: 'integer' | 'bigserial'
  asSerial: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder
}

export function columnTypes(dialect: Dialect): ColumnTypes {
  return dialect === 'sqlite'
    ? {
        whole: 'integer',
        sorted: sql`text`,
        serial: 'integer',
        asSerial: (column) => column.primaryKey().autoIncrement(),
      }
    : {
        whole: 'bigint',
        sorted: sql`text collate "C"`,
        serial: 'bigserial',
        asSerial: (column) => column.primaryKey(),
      }
}
