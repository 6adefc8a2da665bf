import { hash, verify } from '@node-rs/argon2'

export interface PasswordCost {
  memoryKib: number
  passes: number
  lanes: number
}

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane; measured 12 ms. */
export const PASSWORD_COST: PasswordCost = { memoryKib: 19_456, passes: 2, lanes: 1 }

export interface Passwords {
  /** PHC string of argon2id. */
  hash: (password: string) => Promise<string>
  /** A null hash stands for an account that does not exist: the answer is no, after the same work. */
  matches(passwordHash: string | null, password: string): Promise<boolean>
}

export function createPasswords(cost: PasswordCost): Passwords {
  const options = { memoryCost: cost.memoryKib, timeCost: cost.passes, parallelism: cost.lanes }
  let decoy: Promise<string> | null = null

  return {
    hash: (password) => hash(password, options),
    async matches(passwordHash, password) {
      decoy ??= hash('no account has this password', options)
      const same = await verify(passwordHash ?? (await decoy), password)
      return same && passwordHash !== null
    },
  }
}
