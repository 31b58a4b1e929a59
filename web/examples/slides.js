const slides = document.querySelector(".slides");
const fit = () => {
  const scale = Math.min(innerWidth / 1280, innerHeight / 720);
  slides.style.transform = `scale(${scale}) translate(-50%, -50%)`;
};
addEventListener("resize", fit);
fit();
addEventListener("keydown", ({ key }) => {
  const step = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[key];
  const all = [...slides.children];
  const next = all[all.findIndex((slide) => slide.classList.contains("present")) + (step ?? 0)];
  if (!step || !next) return;
  slides.querySelector(".present").classList.remove("present");
  next.classList.add("present");
});
