//! Flows: what a reader does, and what the page then is, with the real state and the real workers
//! in this process. What only a browser shows is in `tests/browser`.
#![cfg(not(target_arch = "wasm32"))]

mod address;
mod board;
mod by_hand;
mod cases;
mod changes;
mod deaths;
mod driver;
mod embed;
mod embed_away;
mod embed_cores;
#[path = "../common/engine.rs"]
mod engine;
mod evaluation;
mod explore;
mod file;
mod files;
mod first_visit;
mod inspection;
mod landscape;
mod late;
mod lessons;
mod lessons_files;
mod lessons_kept;
mod lessons_pages;
mod links;
mod locks;
mod map_file;
mod person;
mod present;
mod race;
mod reference;
mod replies;
mod searching;
mod share;
mod shipped_lessons;
mod studies;
mod study;
mod tools;
mod walk;
mod xray;
