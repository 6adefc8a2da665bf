// Registered over /rt/ so that the service worker of the app, with its fetch handler, does not control the runtime.
// A service worker without a fetch handler is passed by: the runtime's requests go straight to the network, and an
// aborted poll is an aborted poll to the server. (Measured: behind a fetch handler the server never learns of it.)
self.addEventListener('install', () => self.skipWaiting())
