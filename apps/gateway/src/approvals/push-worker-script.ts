/**
 * The service worker of the approvals page. It shows what came, and a press on it opens the page: where it leads never comes with the
 * message, and it fetches and keeps nothing.
 *
 * @param approvals the path of the page.
 */
export function pushWorkerScript(approvals: string): string {
  return `const APPROVALS = ${JSON.stringify(approvals)};
const read = (data) => {
  try {
    const { title, body } = data.json();
    return typeof title === 'string' && typeof body === 'string' ? { title, body } : null;
  } catch {
    return null;
  }
};
self.addEventListener('push', (event) => {
  const { title, body } = read(event.data) ?? { title: 'A request waits for you', body: 'Open your approvals to see what for.' };
  event.waitUntil(self.registration.showNotification(title, { body, tag: 'approvals', renotify: true }));
});
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil((async () => {
    const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const open = pages.find((page) => new URL(page.url).pathname === APPROVALS);
    return open === undefined ? self.clients.openWindow(APPROVALS) : open.focus();
  })());
});
`;
}
