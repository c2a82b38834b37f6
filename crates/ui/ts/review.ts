// The keyboard of a side-by-side correction screen. `[data-review]` holds `[data-review-item]`s; an item may name
// its source with `data-source="#id"` and holds buttons with `data-key="a"`, pressed by that letter.
import { all, lettersAct } from "./dom";

const items = (): HTMLElement[] => all<HTMLElement>("[data-review] [data-review-item]");

function current(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>("[data-review-item]") ?? null;
}

/** Brings the place into the middle of its own pane; the page stays, or the item that has the focus would leave it. */
function show(source: Element): void {
  const pane = source.closest<HTMLElement>(".review-source");
  if (!pane) return;
  const [place, frame] = [source.getBoundingClientRect(), pane.getBoundingClientRect()];
  pane.scrollTop += place.top - frame.top - Math.max(0, (pane.clientHeight - place.height) / 2);
}

export function review(root: ParentNode): void {
  for (const item of all<HTMLElement>("[data-review] [data-review-item]", root)) {
    item.tabIndex = -1;
    item.addEventListener("focusin", () => {
      for (const marked of all("[data-review] .is-here")) marked.classList.remove("is-here");
      item.classList.add("is-here");
      const source = document.querySelector(item.dataset["source"] || "#yok");
      source?.classList.add("is-here");
      if (source) show(source);
    });
  }
  // The server sends the person on to the next item with its name in the address.
  const next = items().find((item) => `#${item.id}` === location.hash);
  if (root === document) next?.focus();
}

export function watchReviewKeys(): void {
  document.addEventListener("keydown", (event) => {
    const found = items();
    if (found.length === 0 || !lettersAct(event)) return;
    const key = event.key.length === 1 ? event.key.toLocaleLowerCase("tr") : event.key;
    const item = current();
    const step = key === "j" || key === "ArrowDown" ? 1 : key === "k" || key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      const at = item ? found.indexOf(item) : step > 0 ? -1 : 1;
      found[Math.min(found.length - 1, Math.max(0, at + step))]?.focus();
      return;
    }
    const button = all<HTMLButtonElement>("[data-key]", item ?? document.createElement("div")).find((one) => one.dataset["key"] === key);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}
