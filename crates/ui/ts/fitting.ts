// Tables that fit: only where no column has to be pushed into sight may the heading row stay in view, and only what
// can be pushed is a stop of the Tab key.
import { fresh } from "./dom";

export function fitting(root: ParentNode): void {
  const watcher = new ResizeObserver((entries) => entries.forEach((entry) => see(entry.target as HTMLElement)));
  for (const place of fresh<HTMLElement>(".scroll", root, "Fitting")) {
    see(place);
    watcher.observe(place);
  }
}

function see(place: HTMLElement): void {
  const table = place.querySelector("table");
  const isFitting = table !== null && table.scrollWidth <= place.clientWidth;
  place.classList.toggle("is-fitting", isFitting);
  if (isFitting) place.removeAttribute("tabindex");
  else place.tabIndex = 0;
}
