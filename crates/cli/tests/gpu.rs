//! The command on a GPU: a test that this machine can't run is shown as ignored, with the reason.

#[allow(dead_code)]
mod program;

use assert_cmd::Command;
use libtest_mimic::{Arguments, Trial};
use predicates::str::contains;
use program::{Folder, LINK, command, printed, refused};

const LIST: [&str; 4] = ["landscape", LINK, "--adapter", "list"];

/// A test that is ignored where there is a reason for that.
fn trial(name: &str, ignored: Option<&str>, test: impl FnOnce() + Send + 'static) -> Trial {
    let told = ignored.map_or(name.to_owned(), |why| format!("{name} ({why})"));
    let run = move || {
        test();
        Ok(())
    };
    Trial::test(told, run).with_ignored_flag(ignored.is_some())
}

fn main() {
    let adapter = printed(&LIST).lines().next().map(str::to_owned);
    let none = adapter.is_none().then_some("this machine has no GPU adapter, and no software one");
    let listed = without(&LIST).output().expect("it runs").stdout;
    let other = (!listed.is_empty()).then_some("this machine has another interface than Vulkan");
    let tests = vec![
        trial("a GPU's numbers are the CPU's within the tolerance", none, move || {
            numbers_are_the_cpu_s(&adapter.expect("an adapter"));
        }),
        trial("the CPU trains where there is no GPU", other, the_cpu_trains_in_its_place),
    ];
    libtest_mimic::run(&Arguments::from_args(), tests).exit();
}

/// The command where no Vulkan driver is found, whatever this machine has.
fn without(words: &[&str]) -> Command {
    let mut command = command(words);
    command.env("VK_DRIVER_FILES", "/nowhere").env("VK_ICD_FILENAMES", "/nowhere");
    command
}

fn the_cpu_trains_in_its_place() {
    let done = without(&["landscape", LINK, "--backend", "gpu"]).assert().success();
    let said = String::from_utf8_lossy(&done.get_output().stderr).into_owned();
    assert!(said.lines().count() == 1 && said.contains("the CPU trains"), "{said}");
    let found = String::from_utf8_lossy(&done.get_output().stdout).into_owned();
    assert_eq!(found, printed(&["landscape", LINK]));
}

/// `first` is the adapter's line in the list.
fn numbers_are_the_cpu_s(first: &str) {
    // Rates at which nothing is chaotic.
    let calm = format!("{LINK}&space.learning_rate=[0.003,0.1]");
    let name = first.split_once("  ").expect("a number and a name").1;
    let on = |words: &[&str]| {
        let text = printed(&[&["landscape", &calm, "--format", "csv"], words].concat());
        let loss = |line: &str| line.split(',').nth(3).and_then(|x| x.parse::<f32>().ok());
        text.lines().skip(1).map(|line| loss(line).expect("a loss")).collect::<Vec<_>>()
    };
    let cpu = on(&[]);
    for chosen in ["0", name] {
        let gpu = on(&["--backend", "gpu", "--adapter", chosen]);
        assert_eq!(gpu.len(), cpu.len());
        for (gpu, cpu) in gpu.iter().zip(&cpu) {
            let far = (gpu - cpu).abs() / cpu.abs().max(1.0);
            assert!(far <= tunescape_engine::train::TOLERANCE, "{gpu} {cpu}");
        }
    }
    let unknown = ["landscape", LINK, "--backend", "gpu", "--adapter", "abacus"];
    refused(&unknown, "--adapter", "abacus");
    // A GPU's shard is none of the CPU's.
    let folder = Folder::new("gpu");
    let [own, other] = [folder.path("cpu.jsonl"), folder.path("gpu.jsonl")];
    let run =
        |words: &[&str]| drop(command(&[&["landscape", LINK], words].concat()).assert().success());
    run(&["--shard", "1/2", "--out", &own]);
    run(&["--shard", "2/2", "--out", &other, "--backend", "gpu"]);
    command(&["merge", &own, &other]).assert().code(2).stderr(contains("of set-up"));
}
