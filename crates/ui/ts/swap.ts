// After a partial update: islands of the new part start, focus goes to its field, heading or row, and it is announced.
import { announce } from "./dom";

export function watchSwaps(start: (root: ParentNode) => void): void {
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.target;
    if (!(part instanceof HTMLElement)) return;
    start(part.parentElement ?? document);
    const isLost = document.activeElement === document.body || document.activeElement === null;
    const field = part.querySelector<HTMLInputElement | HTMLTextAreaElement>("input[autofocus], textarea[autofocus]");
    const goal = field ?? part.querySelector<HTMLElement>("[data-error-summary], [data-focus], h1, h2, tr.is-changed") ?? part;
    // A person who is typing elsewhere is not interrupted.
    if (isLost || part.contains(document.activeElement)) {
      if (!field && !goal.hasAttribute("tabindex")) goal.tabIndex = -1;
      goal.focus({ preventScroll: true });
      // Whoever types goes on after what was filled in.
      if (field instanceof HTMLTextAreaElement) field.setSelectionRange(field.value.length, field.value.length);
      goal.scrollIntoView({ block: "nearest" });
    }
    const told = part.dataset["announce"] ?? goal.dataset["announce"];
    announce(told ?? "Sayfa güncellendi");
  });
  const failed = (): void => announce("İşlem yapılamadı. Bağlantınızı denetleyip yeniden deneyin.");
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, failed);
}
