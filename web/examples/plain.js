// What a learning-management system would note down.
addEventListener("goal", ({ detail }) => {
  document.getElementById("progress").textContent = `Goal of page ${detail.page} of ${detail.lesson} met.`;
});
