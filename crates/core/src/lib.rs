//! Tunescape trains a whole **population** of small networks at once, so that the true
//! learning-rate × momentum landscape of a network appears in about a second, and steps every
//! search on top of that truth.
//!
//! # The architecture in one page
//!
//! Four crates, each of which uses only the first two and itself:
//!
//! | crate | what it is |
//! |---|---|
//! | `crates/engine` | numbers, compiled for speed: examples, networks, update rules, the trainer, the Gaussian process |
//! | `crates/core` | this crate: all that the page knows and decides, without a browser |
//! | `src` | the page: what it looks like, and the browser's side of workers, timers, files and storage |
//! | `crates/cli` | the command: landscapes, studies and races on all cores or a cluster, to the page's bits |
//!
//! The modules of this crate, each of which uses only those above it:
//!
//! | module | what it is |
//! |---|---|
//! | [`json`] | JSON by way of its tree: one reader and one writer for every type |
//! | [`sort`] | sorting, in one place for the sake of the page's size |
//! | [`spreadsheet`] | texts from outside in tables that go out: none is computed |
//! | [`space`] | named parameters with ranges and scales; a point is one value for each |
//! | [`gpu`] | the WebGPU trainer |
//! | [`data`] | data sets (toys, real, your own CSV), split, standardisation |
//! | [`metrics`] | accuracy, precision, recall, F1, ROC AUC, confusion matrix, R²; the objective of a study |
//! | [`inspect`] | one network looked into: units, curvature, stability, slices of the loss |
//! | [`search`] | strategies: ask, tell, belief, reason; one file each |
//! | [`prune`] | who stops early, who copies whom: pruners, halving, population-based training |
//! | [`study`] | the step machine: events in, state out; stepping back is folding fewer events |
//! | [`setup`] | everything that defines a study, as one value; its checks, and the population it resolves to |
//! | [`link`] | a set-up as a link: packed points, results, messages |
//! | [`lesson`] | lessons, their conditions and locks, and which controls act on what |
//! | [`class_codes`] | what pupils hand in: their turns of a race, and how they took lessons |
//! | [`import`] | other people's studies: Optuna's files, tables of trials; any strategy asked about them |
//! | [`export`] | a study for other tools: Optuna's journal, Python that runs, the data |
//! | [`landscape_file`] | a landscape in a file, as the command writes it and the page shows it |
//! | [`worker`] | requests and replies, and the serving of them; what runs off the main thread |
//! | [`state`] | the whole page as a value: `update(&mut State, Event) -> Vec<Effect>` decides everything |
//!
//! # Two walks through the code
//!
//! A learning rate goes from a control to the update that uses it:
//! `src/explore/mod.rs` (the slider) → `src/controls/fields.rs` (an [`Edit`](setup::Edit) of the
//! setting `run.learning_rate`) → `src/shell.rs` → [`state`]`/change.rs` (what the change makes
//! useless: [`setup`]`/impact.rs`) → `state/run.rs` (the run is steered) → `worker/branch.rs` →
//! `setup/resolve.rs` (numbers for the engine) → `src/shell.rs` → `src/pool.rs` → `src/port.rs` (in
//! the worker) → [`worker`]`/serve.rs` → `serve/explore.rs` → `worker/run.rs` →
//! `crates/engine/src/train/cpu.rs` → `train/group.rs` → `optim/rule.rs` (the update). The map of
//! Search can train on the GPU as well: there the update is `gpu/rules.wgsl` of this crate.
//!
//! A loss goes from the kernel to a pixel: `crates/engine/src/train/kernel.rs` → `train/cpu.rs` →
//! `train/log.rs` (the report of an epoch) → [`worker`]`/training.rs` (the curves of a job) →
//! `worker/serve.rs` → `src/port.rs` → `src/pool.rs` → `src/shell.rs` → [`state`]`/replies.rs` →
//! `state/landscape/training.rs` → [`study`]`/landscape.rs` (the cell) → `src/search/map.rs` →
//! `src/plot/map.rs` → `state/landscape/domain.rs` (what the map says there) →
//! `src/plot/colour.rs` → `src/plot/raster.rs` (the canvas).
//!
//! # Where a new thing goes
//!
//! A strategy is a file in `search/` and a row in `search/strategy.rs`; a pruner a rule in `prune/`;
//! an update rule a variant in `crates/engine/src/optim/rule.rs` with its name in `train/group.rs`
//! and its twin in `gpu/rules.wgsl`; a toy a row in `data/toys.rs`; a data set that is shipped a row
//! in `data/builtin.rs` and in `crates/cli/src/input.rs`, a file that `web/data/make.py` writes,
//! and its names below `name:` in `web/locales`; the study that X-ray offers is
//! `state/xray/opening.rs` and `web/data/make_study.py`;
//! a setting a row in `setup/settings.rs`; a lesson a file in `web/lessons`; a fact that it can ask
//! about a name in `FACTS` of `lesson/facts.rs` and an arm in `state/lesson/facts.rs`; a command a
//! file in `crates/cli/src`; an importer a file in `import/`; a script for another tool a file in
//! `export/`, its template and a row of `export/mod.rs`; a notice a variant in `state/notice.rs` and
//! its key in `src/words/mod.rs`; what a file of the command's looks like a struct in
//! `landscape_file.rs`; a request to the workers a variant in `worker/mod.rs` and an arm
//! in `worker/serve.rs`, its answer an arm in `state/replies.rs`; a plot a file in `src/plot`, and its
//! class in `PLOTS` of `src/picture.rs` where it can be saved; what a screen shows a file in its
//! folder (`src/explore`, `src/search`, `src/race`…).
//!
//! Every text, a button's too, stands in `web/locales`, in each language, under the key in the `t!`
//! where it is shown. A default stands in the `Default` of its part of the set-up (the budget of
//! trials: `setup/search.rs`); another one needs a row of `CHANGED` in `link/mod.rs`, so that old
//! links keep their meaning. A strategy's colour stands in `src/plot/colour.rs`, and nowhere else.
//! What a change makes useless is said in `setup/impact.rs`; a smaller budget also cuts the study
//! short in `state/change.rs`. What a key presses while somebody presents, and what that is called,
//! stands in `KEYS` of `state/present.rs`; what a button without a value is called, where a teacher
//! hides it, in `src/words/controls.rs`.
//!
//! # What never happens
//!
//! Only `gpu` names wgpu. Nothing here names Yew or the DOM. Randomness, time and devices come in
//! as arguments. The same set-up and seed give the same numbers on the CPU trainer, natively and in
//! wasm, whatever the number of workers: lanes are trials, or the units of one trial, and no reduced
//! axis is ever split.

pub mod class_codes;
pub mod data;
pub mod export;
pub mod gpu;
pub mod import;
pub mod inspect;
pub mod json;
pub mod landscape_file;
pub mod lesson;
pub mod link;
pub mod metrics;
pub mod prune;
pub mod search;
pub mod setup;
pub mod sort;
pub mod space;
pub mod spreadsheet;
pub mod state;
pub mod study;
pub mod worker;
