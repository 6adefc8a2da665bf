import styles from './skeleton.module.css'

/**
 * Holds the place of something that is loading, in its real size. It stays invisible for the first 300 ms: an answer
 * that comes sooner should not flash a shape that nobody could read.
 */
export function Skeleton({ width = '100%', height = '0.75em' }: { width?: string; height?: string }) {
  return (
    <span className={styles.skeleton} style={{ inlineSize: width, blockSize: height }} aria-hidden="true" />
  )
}
