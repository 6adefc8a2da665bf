// Before the first paint, so that a remembered dark page never flashes white. The keys are those of ui/theme.ts.
try {
  for (const name of ['theme', 'density']) {
    const value = localStorage.getItem(`standpipe:${name}`)
    if (value) document.documentElement.dataset[name] = value
  }
} catch {
  // Storage is blocked: the device's own setting serves.
}
