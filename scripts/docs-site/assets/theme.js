// Before anything is painted. The key is typedoc's, so that the API reference has the same theme.
try {
  document.documentElement.dataset.theme = localStorage.getItem('tsd-theme') || 'os';
} catch {
  document.documentElement.dataset.theme = 'os'; // no storage: as the system says
}
