// A text field with suggestions: the pattern the palette and comboboxes share (ARIA combobox).
import { all, announce } from "./dom";

export interface Source {
  /** Options of a list box for what was typed; `null` when there is no answer. */
  ask(typed: string, signal: AbortSignal): Promise<string | null>;
  choose(option: HTMLElement): void;
}

export interface Listbox {
  close(): void;
  /** Asks again for what is in the field. */
  refresh(): void;
}

const WAIT_MS = 140;

export function listbox(input: HTMLInputElement, box: HTMLElement, { ask: answer, choose }: Source): Listbox {
  let running = new AbortController();
  let timer = 0;
  let active = -1;
  /** What was typed has not been answered yet, so the options still belong to what was typed before. */
  let isStale = false;

  const options = (): HTMLElement[] => all<HTMLElement>('[role="option"]:not([aria-disabled="true"])', box);

  /** Marks one option, going round at the ends; `null` marks none. */
  function mark(next: number | null): void {
    const items = options();
    active = next === null || items.length === 0 ? -1 : (next + items.length) % items.length;
    items.forEach((item, index) => {
      item.id ||= `${box.id}-${index}`;
      item.setAttribute("aria-selected", String(index === active));
    });
    const item = items[active];
    if (item) {
      input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function close(): void {
    isStale = false;
    clearTimeout(timer);
    running.abort();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    box.replaceChildren();
    active = -1;
  }

  async function ask(): Promise<void> {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    const html = await answer(input.value.trim(), signal);
    if (html === null || signal.aborted) return;
    isStale = false;
    box.innerHTML = html;
    input.setAttribute("aria-expanded", "true");
    const count = options().length;
    mark(input.value === "" ? null : 0);
    announce(count === 0 ? "Sonuç yok" : `${count} sonuç`);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    // An answer to fewer letters must not be chosen by an Enter that is meant for these.
    running.abort();
    isStale = true;
    mark(null);
    timer = window.setTimeout(() => void ask(), WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    const isOpen = input.getAttribute("aria-expanded") === "true";
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (isOpen) mark(event.key === "ArrowDown" ? active + 1 : Math.max(active, 0) - 1);
      else void ask();
    } else if (event.key === "Enter" && isStale && input.value !== "" && !event.ctrlKey) {
      event.preventDefault();
      clearTimeout(timer);
      void ask().then(() => {
        const item = options()[active];
        if (item) choose(item);
      });
    } else if (event.key === "Enter" && isOpen && !event.ctrlKey) {
      const item = options()[active];
      if (!item) return;
      event.preventDefault();
      choose(item);
    }
  });
  // The field keeps the focus while an option is pressed with the mouse.
  box.addEventListener("pointerdown", (event) => event.preventDefault());
  box.addEventListener("click", (event) => {
    const item = (event.target as Element).closest<HTMLElement>('[role="option"]');
    if (!item || item.getAttribute("aria-disabled") === "true" || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    choose(item);
  });
  return { close, refresh: () => void ask() };
}
