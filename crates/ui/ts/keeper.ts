// Keeps the page that counts in the telephone (a service worker), so that it opens in a cellar, too. The server is always asked first; what
// it answered last is shown where it cannot be reached. What was kept goes when somebody signs out: see kept.ts.
import { shelf } from "./kept";

type Asked = Event & { request: Request; respondWith(answer: Promise<Response>): void };
type Lasting = Event & { waitUntil(work: Promise<unknown>): void };
type Worker = { skipWaiting(): Promise<void>; clients: { claim(): Promise<void> } };

const worker = self as unknown as Worker;

self.addEventListener("install", (event) => (event as Lasting).waitUntil(worker.skipWaiting()));
self.addEventListener("activate", (event) => (event as Lasting).waitUntil(worker.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request, respondWith } = event as Asked;
  const url = new URL(request.url);
  const answer = respondWith.bind(event);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/varlik/")) answer(part(request));
  else if (/^\/sayimlar\/[^/]+\/say$/.test(url.pathname)) answer(page(request, url.pathname));
});

/** Its name carries its content: once kept it is never asked for again. */
async function part(request: Request): Promise<Response> {
  const kept = await caches.open(shelf);
  const known = await kept.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await kept.put(request, answer.clone());
  return answer;
}

async function page(request: Request, path: string): Promise<Response> {
  const kept = await caches.open(shelf);
  try {
    const answer = await fetch(request);
    // A count that was closed, or a session that ended, leaves nothing behind.
    if (answer.ok && !answer.redirected) await kept.put(path, answer.clone());
    else await kept.delete(path);
    return answer;
  } catch {
    return (await kept.match(path)) ?? Response.error();
  }
}
