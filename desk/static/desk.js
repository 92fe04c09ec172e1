// The desk's only script: a row lights its cell, a cell its row; keys; zoom. Everything else is plain forms.
"use strict";
(() => {
  const paper = document.getElementById("paper"), list = document.getElementById("rows");
  for (const form of document.querySelectorAll("[data-submit]"))
    for (const one of form.querySelectorAll("select")) one.addEventListener("change", () => form.requestSubmit());
  for (const one of document.querySelectorAll("tr[data-href]"))
    one.addEventListener("click", (event) => { if (!event.target.closest("a") && !getSelection().toString()) location.href = one.dataset.href; });
  if (!paper || !list) return;

  const rows = [...list.querySelectorAll(".row")];
  const cells = () => [...paper.querySelectorAll("[data-rows]")];
  const of = (name) => cells().filter((one) => one.dataset.rows.split(" ").includes(name));
  const reveal = (one) => one.scrollIntoView({ block: "center", inline: "center" });

  function select(names, { cell = true, row = true } = {}) {
    for (const one of document.querySelectorAll(".lit")) one.classList.remove("lit");
    const found = names.flatMap(of);
    for (const one of found) one.classList.add("lit");
    const lit = rows.filter((one) => names.includes(one.id));
    for (const one of lit) one.classList.add("lit");
    for (const one of rows) one.tabIndex = -1;
    (lit[0] || rows[0] || {}).tabIndex = 0;
    if (cell && found.length) reveal(found[0]);
    if (row && lit.length) reveal(lit[0]);
    if (lit.length) history.replaceState(null, "", "#" + lit[0].id);
  }
  function choose(row) { row.focus({ preventScroll: true }); select([row.id], { row: true }); }

  list.addEventListener("click", (event) => {
    const row = event.target.closest(".row");
    if (row && !event.target.closest("a") && !getSelection().toString()) choose(row);
  });
  paper.addEventListener("click", (event) => {
    const cell = event.target.closest("[data-rows]");
    if (cell) select(cell.dataset.rows.split(" "), { cell: false });
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    const at = rows.findIndex((one) => one.classList.contains("lit"));
    if (event.key === "j" && rows.length) choose(rows[Math.min(at + 1, rows.length - 1)]);
    else if (event.key === "k" && rows.length) choose(rows[Math.max(at - 1, 0)]);
    else if (event.key === "n" || event.key === "p") document.querySelector(`a[rel=${event.key === "n" ? "next" : "prev"}]`)?.click();
    else if (event.key === "Enter" && event.target.classList.contains("row")) choose(event.target);
    else if (event.key === "+" || event.key === "=") zoom(1);
    else if (event.key === "-") zoom(-1);
    else if (event.key === "Escape") select([]);
    else return;
    event.preventDefault();
  });

  let size = 1;
  function zoom(step) {
    size = step ? Math.max(0.5, Math.min(4, size * (step > 0 ? 1.25 : 0.8))) : 1;
    paper.style.width = `${size * 100}%`;
    const picture = paper.querySelector("img");
    if (size > 1.3 && picture && paper.dataset.large && !picture.dataset.isLarge) {
      picture.dataset.isLarge = "yes";
      picture.src = paper.dataset.large;
    }
  }
  for (const one of document.querySelectorAll("[data-zoom]")) one.addEventListener("click", () => zoom(Number(one.dataset.zoom)));

  function begin() {
    const name = decodeURIComponent(location.hash.slice(1));
    if (!name && rows.length) { const first = rows.flatMap((one) => of(one.id))[0]; if (first && !first.closest("svg")) reveal(first); }
    if (rows.some((one) => one.id === name) || of(name).length) select([name]);
    document.documentElement.dataset.ready = "yes";
  }
  const picture = paper.querySelector("img");
  if (picture) picture.addEventListener("error", () => { picture.replaceWith(Object.assign(document.createElement("p"), { className: "empty", textContent: picture.dataset.missing })); });
  if (!paper.dataset.marks) begin();
  else fetch(paper.dataset.marks, { credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(String(answer.status)))))
    .then((svg) => { paper.insertAdjacentHTML("beforeend", svg); begin(); })
    .catch(begin);
})();
