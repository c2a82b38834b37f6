// A record chosen by typing. The hidden field carries its id; without script the server reads the typed text.
import { fragment, fresh } from "./dom";
import { listbox, type Source } from "./listbox";

let count = 0;

export function combobox(root: ParentNode): void {
  for (const place of fresh<HTMLElement>("[data-combobox]", root, "Combobox")) {
    const input = place.querySelector<HTMLInputElement>('input[type="text"]');
    const chosen = place.querySelector<HTMLInputElement>('input[type="hidden"]');
    const href = place.dataset["combobox"];
    if (!input || !chosen || !href) continue;

    attach(place, input, {
      ask: (typed, signal) => fragment(href, typed, signal),
      choose: (option) => {
        chosen.value = option.dataset["value"] ?? "";
        input.value = option.dataset["label"] ?? option.textContent?.trim() ?? "";
        input.dispatchEvent(new Event("change", { bubbles: true }));
      },
    });
    // What is typed after a choice is no longer that choice.
    input.addEventListener("input", () => (chosen.value = ""));
  }
}

/** Suggestions under a text field (ARIA combobox), closed by a choice, by Escape and by leaving the field. */
export function attach(place: HTMLElement, input: HTMLInputElement, source: Source & { opensOnClick?: boolean }): void {
  const box = document.createElement("div");
  box.id = `oneriler-${++count}`;
  box.className = "suggestions";
  box.hidden = true;
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", "Öneriler");
  place.append(box);
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-autocomplete", "list"], ["aria-controls", box.id]] as const) {
    input.setAttribute(name, value);
  }

  const close = (): void => {
    suggestions.close();
    box.hidden = true;
  };
  const suggestions = listbox(input, box, {
    ask: source.ask,
    choose: (option) => {
      source.choose(option);
      close();
    },
  });
  new MutationObserver(() => (box.hidden = box.childElementCount === 0)).observe(box, { childList: true });
  if (source.opensOnClick) {
    input.addEventListener("click", () => {
      input.select();
      if (box.hidden) suggestions.refresh();
    });
  }
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || box.hidden) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  });
}
