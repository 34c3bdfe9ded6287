// In the page's own world, before any script of its own: a service worker would outlive the page,
// answer in place of a server that is gone, and fetch without being seen.
delete Navigator.prototype.serviceWorker;
