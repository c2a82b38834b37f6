// Lets a person see the password being typed.
import { fresh } from "./dom";

export function passwords(root: ParentNode): void {
  for (const input of fresh<HTMLInputElement>('.field input[type="password"]', root, "Password")) {
    const box = document.createElement("span");
    box.className = "with-button";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "field-button";
    button.textContent = "Göster";
    button.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-controls", input.id);
    input.replaceWith(box);
    box.append(input, button);
    button.addEventListener("click", () => {
      const isShown = input.type === "password";
      input.type = isShown ? "text" : "password";
      button.setAttribute("aria-pressed", String(isShown));
    });
    // It is sent as a password, so that the browser does not remember it as plain text.
    input.form?.addEventListener("submit", () => (input.type = "password"));
  }
}
