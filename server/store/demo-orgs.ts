import type { Role } from '../../worker/wire/session.ts'

export interface DemoOrg {
  id: string
  name: string
  currency: string
  properties: { id: string; name: string }[]
  users: { id: string; email: string; name: string; role: Role; grants: string[] }[]
}

/** Two groups of properties, told apart at a glance in every test: dollars and euros, no name in common. */
export function demoOrgs(): DemoOrg[] {
  return [
    demoOrg('acme', 'Acme Hospitality', 'USD', {
      properties: [
        'Harbour View Hotel',
        'Linden Court Apartments',
        'The Old Granary',
        'Park Lane Residences',
        'Lakeside Lodge',
      ],
      people: ['Olivia Hartmann', 'Marcus Bell', 'Nadia Rahman', 'Tomás Ortega', 'Grace Whitfield'],
    }),
    demoOrg('globex', 'Globex Living', 'EUR', {
      properties: ['Hotel Adler', 'Residenz am Fluss', 'Maison du Canal', 'Casa Mirador', 'Kontorhaus Nord'],
      people: ['Jonas Keller', 'Élodie Martin', 'Sven Lindqvist', 'Chiara Romano', 'Piotr Nowak'],
    }),
  ]
}

const ACCOUNTS: { local: string; role: Role; grants: number[] }[] = [
  { local: 'owner', role: 'owner', grants: [0, 1, 2, 3, 4] },
  { local: 'manager', role: 'manager', grants: [0, 1, 2] },
  { local: 'staff1', role: 'staff', grants: [0] },
  { local: 'staff2', role: 'staff', grants: [1] },
  { local: 'staff3', role: 'staff', grants: [3] },
]

function demoOrg(
  id: string,
  name: string,
  currency: string,
  names: { properties: string[]; people: string[] },
): DemoOrg {
  const properties = names.properties.map((property, i) => ({ id: `${id}-p${i + 1}`, name: property }))
  const users = ACCOUNTS.map(({ local, role, grants }, i) => ({
    id: `${id}-${local}`,
    email: `${local}@${id}.test`,
    name: names.people[i] ?? local,
    role,
    grants: grants.flatMap((index) => properties[index]?.id ?? []),
  }))
  return { id, name, currency, properties, users }
}
