// Correcting a reply: a message of its own, which both sides see below the original.
import { call, freshKey } from "./api.js";
import { byId, showProblem } from "./page.js";
import { openPlaces } from "./quick.js";

// Gives back what opens the dialog for one reply.
export function offerCorrection(path, onSent) {
  const dialog = byId("correction");
  const field = byId("correction-text");
  let original;
  let key; // stays the same while the same correction is tried again

  function offerSending() {
    byId("correction-send").disabled = !field.value.trim() || field.value === original.text || openPlaces(field.value).length > 0;
  }

  field.addEventListener("input", () => {
    key = freshKey();
    offerSending();
  });
  byId("correction-cancel").addEventListener("click", () => dialog.close());
  byId("correction-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    byId("correction-send").disabled = true;
    try {
      onSent(await call("POST", `${path}/messages/${original.id}/correction`, { body: { text: field.value }, key }));
      dialog.close();
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      showProblem(byId("correction-problem"), problem);
      offerSending();
    }
  });

  return (message) => {
    original = message;
    key = freshKey();
    field.value = message.text;
    byId("correction-original").textContent = message.text;
    showProblem(byId("correction-problem"));
    offerSending();
    dialog.showModal();
    field.focus();
  };
}
