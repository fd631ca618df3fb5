// A button beside a field copies it; without a script the field is selected by hand.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // Over plain http there is no clipboard but this one.
      document.execCommand("copy");
    }
    button.nextElementSibling.textContent = button.dataset.done;
  });
}
