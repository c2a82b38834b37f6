// Moving in a list with the keyboard: j and k or arrows, Enter, x, t, n, and Esc back to the same row.
import { all, announce, lettersAct } from "./dom";

const PLACE = "belde.liste";

interface Place {
  href: string;
  row: string;
  /** Set when the person asked to come back, so that a fresh visit does not jump. */
  back?: boolean;
}

function place(): Place | null {
  try {
    return JSON.parse(sessionStorage.getItem(PLACE) ?? "null") as Place | null;
  } catch {
    return null;
  }
}

function keep(next: Place): void {
  sessionStorage.setItem(PLACE, JSON.stringify(next));
}

const here = (): string => location.pathname + location.search;
const rows = (): HTMLTableRowElement[] => all<HTMLTableRowElement>("table[data-list] tbody tr");

/** What takes the focus in a row: its number, else any link, else its check box. */
function goal(row: HTMLTableRowElement | undefined): HTMLElement | null {
  const find = (selector: string): HTMLElement | null => row?.querySelector<HTMLElement>(selector) ?? null;
  return find("th a") ?? find("td a") ?? find("input");
}

function current(): number {
  const row = document.activeElement?.closest("tr");
  return row ? rows().indexOf(row) : -1;
}

export function list(root: ParentNode): void {
  for (const table of all<HTMLTableElement>("table[data-list]", root)) {
    table.addEventListener("focusin", (event) => {
      for (const row of rows()) row.classList.toggle("is-here", row.contains(event.target as Node));
    });
    table.addEventListener("click", (event) => {
      const row = (event.target as Element).closest("a") && (event.target as Element).closest("tr");
      if (row?.dataset["row"]) keep({ href: here(), row: row.dataset["row"] });
    });
  }
  const kept = place();
  if (kept?.back && kept.href === here()) {
    keep({ href: kept.href, row: kept.row });
    goal(rows().find((row) => row.dataset["row"] === kept.row))?.focus();
  }
}

function toggle(row: HTMLTableRowElement): boolean {
  const box = row.querySelector<HTMLInputElement>(".pick input");
  box?.click();
  if (box) announce(box.checked ? "Seçildi" : "Seçim kaldırıldı");
  return box !== null;
}

function leave(): boolean {
  const kept = place();
  if (!kept || document.querySelector("table[data-list]") || here() === kept.href) return false;
  keep({ ...kept, back: true });
  location.assign(kept.href);
  return true;
}

/** Answers whether the key was used. */
function act(key: string): boolean {
  const items = rows();
  const at = current();
  const row = items[at];
  switch (key) {
    case "j":
    case "ArrowDown":
    case "k":
    case "ArrowUp": {
      // Arrows scroll the page until the person is in the list.
      if (items.length === 0 || (key.startsWith("Arrow") && at < 0)) return false;
      const step = key === "j" || key === "ArrowDown" ? 1 : -1;
      goal(items[Math.min(items.length - 1, Math.max(0, at + step))])?.focus();
      return true;
    }
    case "x":
      return row ? toggle(row) : false;
    case "t": {
      const first = document.querySelector<HTMLElement>(".bulk-acts button");
      if (!first?.checkVisibility({ visibilityProperty: true })) return false;
      first.focus();
      return true;
    }
    case "n": {
      const link = document.querySelector<HTMLAnchorElement>("a[data-new]");
      link?.click();
      return link !== null;
    }
    case "Escape":
      return leave();
    default:
      return false;
  }
}

export function watchListKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (!lettersAct(event) || event.shiftKey) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (act(key)) event.preventDefault();
  });
}
