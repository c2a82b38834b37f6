// A long list of choices is found by typing. The select stays and is what is sent, so without script nothing is missing.
import { all, fresh } from "./dom";
import { attach } from "./combobox";

/** Up to here a person sees all choices at a glance; the first may be “Seçin”. */
const FEW = 15;
/** Letters as a person types them in a hurry: without dots, hats and capitals. */
const PLAIN: Record<string, string> = { ç: "c", ğ: "g", ı: "i", ö: "o", ş: "s", ü: "u", â: "a", î: "i", û: "u" };

const plain = (text: string): string => text.toLocaleLowerCase("tr").replace(/[çğıöşüâîû]/g, (letter) => PLAIN[letter] ?? letter);

export function choices(root: ParentNode): void {
  for (const select of fresh<HTMLSelectElement>(".field select:not([multiple])", root, "Choices")) {
    if (select.options.length > FEW + 1) search(select);
  }
}

function search(select: HTMLSelectElement): void {
  const input = document.createElement("input");
  const place = document.createElement("span");
  place.className = "combobox";
  input.type = "text";
  input.autocomplete = "off";
  input.className = `${select.className} is-choice`;
  const hadFocus = document.activeElement === select;
  for (const name of ["aria-describedby", "aria-invalid"]) {
    const value = select.getAttribute(name);
    if (value !== null) input.setAttribute(name, value);
  }
  // Label, error summary and help lead to the field the person types in.
  input.id = select.id;
  select.removeAttribute("id");
  select.classList.add("visually-hidden");
  select.tabIndex = -1;
  select.setAttribute("aria-hidden", "true");
  select.replaceWith(place);
  place.append(input, select);
  const name = select.getAttribute("aria-label");
  if (name) input.setAttribute("aria-label", name);
  if (hadFocus) input.focus();
  select.addEventListener("focus", () => input.focus());

  const chosen = (): string => select.selectedOptions[0]?.label ?? "";
  const show = (): void => {
    const option = select.selectedOptions[0];
    input.value = option?.value ? option.label : "";
    input.placeholder = select.options[0]?.value === "" ? select.options[0].label : "";
  };
  /** Said by the server stays until the choice changes; said here until there is one. */
  let isUnclear = false;
  const clear = (): void => {
    input.setCustomValidity("");
    if (isUnclear) input.removeAttribute("aria-invalid");
    isUnclear = false;
  };
  const take = (value: string): void => {
    clear();
    if (select.value !== value) {
      select.value = value;
      select.dispatchEvent(new Event("input", { bubbles: true }));
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }
    show();
  };
  const matching = (typed: string): HTMLOptionElement[] => {
    const words = typed === chosen() ? [] : plain(typed).split(/\s+/);
    return all<HTMLOptionElement>("option", select).filter((option) => words.every((word) => plain(option.label).includes(word)));
  };
  attach(place, input, {
    ask: (typed) => Promise.resolve(listed(matching(typed))),
    choose: (option) => take(option.dataset["value"] ?? ""),
    opensOnClick: true,
  });
  select.addEventListener("change", show);
  select.form?.addEventListener("reset", () => setTimeout(show));
  // A kept draft is written into the fields and told to the form once.
  select.form?.addEventListener("input", (event) => {
    if (event.target === select.form) show();
  });
  window.addEventListener("pageshow", show);
  // What was typed and means one choice is that choice. What means none or several is neither sent nor forgotten.
  const settle = (): boolean => {
    const typed = plain(input.value.trim());
    const same = all<HTMLOptionElement>("option", select).filter((option) => plain(option.value === "" ? "" : option.label) === typed);
    const found = same.length > 0 ? same : matching(input.value.trim());
    const one = found.length === 1 || same.length > 0 ? found[0] : undefined;
    if (one) take(one.value);
    else {
      isUnclear = true;
      input.setAttribute("aria-invalid", "true");
    }
    return one !== undefined;
  };
  input.addEventListener("blur", settle);
  input.addEventListener("input", clear);
  select.form?.addEventListener(
    "submit",
    (event) => {
      if (settle()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      input.setCustomValidity("Listeden birini seçin.");
      input.reportValidity();
    },
    { capture: true },
  );
  show();
}

function listed(options: HTMLOptionElement[]): string {
  const box = document.createElement("div");
  if (options.length === 0) {
    const none = document.createElement("p");
    none.className = "palette-none";
    none.setAttribute("role", "option");
    none.setAttribute("aria-disabled", "true");
    none.textContent = "Uyan seçenek yok.";
    box.append(none);
  }
  for (const option of options) {
    const item = document.createElement("div");
    item.className = "palette-item";
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset["value"] = option.value;
    item.dataset["label"] = option.label;
    item.textContent = option.label;
    box.append(item);
  }
  return box.innerHTML;
}
