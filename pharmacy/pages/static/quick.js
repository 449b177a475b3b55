// Quick replies: put into the reply box, their open places filled in by hand. Nothing goes out while one is left.
import { call } from "./api.js";
import { byId, el, setText, t } from "./page.js";

const OPEN = /[{｛﹛]+[^{}｛｝﹛﹜]*[}｝﹜]*|[}｝﹜]+/g; // as the pharmacy knows them

export const openPlaces = (text) => text.match(OPEN) ?? [];

// Tells what is left to fill in; true when nothing is.
export function isFilledIn(field) {
  const left = openPlaces(field.value);
  setText(byId("open-places"), left.length ? t("thread.quick.open", { places: left.join(" ") }) : "");
  return !left.length;
}

function selectOpenPlace(field) {
  const [place] = openPlaces(field.value);
  const start = place ? field.value.indexOf(place) : field.value.length;
  field.focus();
  field.setSelectionRange(start, start + (place?.length ?? 0));
}

export async function offerQuickReplies(field) {
  const choice = byId("quick");
  const replies = await call("GET", "/api/quick-replies");
  choice.replaceChildren(...replies.map(({ id, title, language }) => el("option", { value: id, lang: language }, title)));
  byId("quick-insert").addEventListener("click", () => {
    field.setRangeText(replies.find(({ id }) => id === choice.value).text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input"));
    selectOpenPlace(field);
  });
}
