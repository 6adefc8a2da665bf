import { useEffect, useState } from 'react'

export interface StorageShare {
  usedBytes: number
  quotaBytes: number
  /** The browser promised not to clear it when the disk is full. */
  isKept: boolean
}

/** What this app takes of what the browser allows it; null until known, or where the browser does not say. */
export function useStorageShare(): StorageShare | null {
  const [share, setShare] = useState<StorageShare | null>(null)
  useEffect(() => {
    let isOver = false
    // Of a browser that does not tell nothing is said.
    const reading = readShare().catch(() => null)
    void reading.then((read) => (isOver ? null : setShare(read)))
    return () => {
      isOver = true
    }
  }, [])
  return share
}

async function readShare(): Promise<StorageShare | null> {
  // No secure context, no storage manager.
  if (!('storage' in navigator)) return null
  const [{ usage = 0, quota = 0 }, isKept] = await Promise.all([
    navigator.storage.estimate(),
    navigator.storage.persisted(),
  ])
  return { usedBytes: usage, quotaBytes: quota, isKept }
}

const UNITS = ['KB', 'MB', 'GB', 'TB'] as const

/** "3.2 MB of 12 GB, under 1 %" */
export function shareText({ usedBytes, quotaBytes }: StorageShare, locale?: string): string {
  const share = quotaBytes > 0 ? (usedBytes / quotaBytes) * 100 : 0
  const percent = share > 0 && share < 1 ? 'under 1 %' : `${Math.round(share)} %`
  return `${sizeText(usedBytes, locale)} of ${sizeText(quotaBytes, locale)}, ${percent}`
}

function sizeText(bytes: number, locale?: string): string {
  let size = bytes / 1024
  let unit = 0
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024
    unit += 1
  }
  const digits = size < 10 && unit > 0 ? 1 : 0
  return `${size.toLocaleString(locale, { maximumFractionDigits: digits })} ${UNITS[unit]}`
}
