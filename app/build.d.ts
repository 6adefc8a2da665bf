/** Fingerprint of the sources of app and worker, put in by the bundler. */
declare const __BUILD__: string
