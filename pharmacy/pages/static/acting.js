// One act of a person on a page that is fetched once: the answer is shown, a refusal is said, the end is told.
import { byId, setText, showProblem, t } from "./page.js";

// `said`: words, or what makes them of the answer. They stand in a status made once, so that they are announced.
export async function act(request, show, said) {
  showProblem(byId("problem"));
  setText(told(), "");
  try {
    const answer = await request();
    show(answer);
    setText(told(), typeof said === "function" ? said(answer) : said);
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    showProblem(byId("problem"), problem);
  }
}

// Reads the page's content the first time; a page that is refused as a whole says so.
export async function mayBeRefused(read, denyPage, showProblem) {
  try {
    await read();
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    if (!denyPage(problem)) showProblem(byId("problem"), problem);
  }
}

function told() {
  let place = byId("told");
  if (!place) {
    place = document.createElement("p");
    place.id = "told";
    place.setAttribute("role", "status");
    place.setAttribute("aria-label", t("protect.status"));
    byId("problem").before(place);
  }
  return place;
}
