// A list asked anew (sorted, filtered, paged) is a new page. The focus comes back to what was pressed, after paging to
// the first row, and how many records are shown is announced.
import { all, announce } from "./dom";

const PLACE = "belde.odak";
const PRESSED = ".filters [name], .filters button, .sort, .tabs a, .chips a, .pager a";

/** What stays the same of a control on the next page: its name, or its words. */
function sign(element: Element): string {
  return element.getAttribute("name") ?? element.textContent?.trim() ?? "";
}

function keep(element: Element): void {
  const row = element.closest(".pager") !== null;
  sessionStorage.setItem(PLACE, JSON.stringify({ path: location.pathname, sign: row ? "" : sign(element) }));
}

export function again(root: ParentNode): void {
  if (root !== document) return;
  const kept = sessionStorage.getItem(PLACE);
  sessionStorage.removeItem(PLACE);
  const sheet = document.querySelector<HTMLElement>("section.sheet");
  if (!kept || !sheet || document.activeElement !== document.body) return;
  const { path, sign: pressed } = JSON.parse(kept) as { path: string; sign: string };
  if (path !== location.pathname) return;
  const same = all<HTMLElement>(PRESSED).find((one) => pressed !== "" && sign(one) === pressed);
  const row = sheet.querySelector<HTMLElement>("tbody th a");
  const goal = same ?? (pressed === "" ? row : null) ?? sheet;
  if (goal === sheet) sheet.tabIndex = -1;
  goal.focus();
  announce(document.querySelector(".sheet .range")?.textContent ?? "Liste boş");
}

export function watchAgain(): void {
  document.addEventListener("click", (event) => {
    const pressed = (event.target as Element).closest(PRESSED);
    if (pressed instanceof HTMLAnchorElement && document.querySelector("section.sheet")) keep(pressed);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    // Enter in a field presses the button of the form; who typed goes on typing.
    if (form.matches(".filters")) keep(document.activeElement?.closest(PRESSED) ?? form);
  });
}
