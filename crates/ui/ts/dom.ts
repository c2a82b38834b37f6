// Small helpers every island uses. No behaviour of its own.

export function all<T extends Element>(selector: string, root: ParentNode = document): T[] {
  return Array.from(root.querySelectorAll<T>(selector));
}

/** The elements that match and have not been prepared under this name before. */
export function fresh<T extends HTMLElement>(selector: string, root: ParentNode, name: string): T[] {
  const mark = `ready${name}`;
  return all<T>(selector, root).filter((element) => {
    if (element.dataset[mark]) return false;
    element.dataset[mark] = "1";
    return true;
  });
}

/** Tells screen readers politely; the same text twice is told twice. */
export function announce(text: string): void {
  const place = document.getElementById("duyuru");
  if (!place) return;
  place.textContent = "";
  setTimeout(() => (place.textContent = text), 60);
}

/** Whether a key belongs to the field it was typed in. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit"].includes(target.type);
}

/** Whether single letters may act now: switched on, no modifier, no field, no open dialog. */
export function lettersAct(event: KeyboardEvent): boolean {
  if (document.body.dataset["shortcuts"] !== "on" || event.defaultPrevented) return false;
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return false;
  return !document.querySelector("dialog[open], [popover]:popover-open");
}

/** Fetches a fragment of our own server; `null` when it was refused or replaced by a later request. */
export async function fragment(href: string, query: string, signal: AbortSignal): Promise<string | null> {
  const address = new URL(href, location.href);
  if (address.origin !== location.origin) return null;
  address.searchParams.set("q", query);
  try {
    const answer = await fetch(address, { signal, headers: { "HX-Request": "true" } });
    return answer.ok && !answer.redirected ? await answer.text() : null;
  } catch {
    return null;
  }
}
