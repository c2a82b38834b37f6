// What the telephone keeps of the page that counts.

/** Another number where what is kept changes its form. */
export const shelf = "sayim-1";

/** Where the keeper lives; it answers for the pages below its own address only. */
const keeper = "/sayimlar/bekci.js";

/** Asks the browser to keep this page and what it is made of. */
export async function keepPage(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(keeper);
    await navigator.serviceWorker.ready;
    const parts = [...document.querySelectorAll<HTMLScriptElement | HTMLLinkElement>("script[src], link[rel=stylesheet], link[rel=icon]")];
    const kept = await caches.open(shelf);
    await kept.addAll([location.pathname, ...parts.map((part) => ("src" in part ? part.src : part.href))]);
    document.documentElement.dataset["kept"] = "1";
  } catch {
    // Without room or without leave to keep anything the page counts as before, while it is open.
  }
}

/** Nobody who signs in next on this telephone finds the page of whoever counted before. */
export function forgetPages(): void {
  if (location.pathname === "/giris" && "caches" in window) void caches.delete(shelf);
}
