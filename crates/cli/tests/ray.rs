//! A landscape over a real Ray of two workers, one of which is killed in the middle: the file that
//! is left is the one of this machine alone. The same as a job that is submitted to a cluster which
//! asks for a token. And a search that goes on by Ray Tune. It takes a Python that has Ray
//! (`ray[default,tune]` and Optuna), named by `TUNESCAPE_RAY`.

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_tunescape");
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/ray/tunescape_ray.py");

/// Ray alone takes half a minute to begin on a busy machine.
const LIMIT: Duration = Duration::from_secs(240);

fn main() {
    let python = std::env::var("TUNESCAPE_RAY").ok();
    let trial = |name: &str, test: fn(&str) -> Result<(), Failed>| {
        let told = match &python {
            Some(_) => name.to_owned(),
            None => format!("{name} (TUNESCAPE_RAY names no Python with Ray)"),
        };
        let (none, python) = (python.is_none(), python.clone().unwrap_or_default());
        Trial::test(told, move || test(&python)).with_ignored_flag(none)
    };
    let tests = vec![
        trial("a landscape outlives a worker that is killed", landscape),
        trial("a study goes on round by round", study),
        trial("a job is submitted with a token", job),
        trial("Ray Tune goes on with a study, by each scheduler", tune),
    ];
    // Two clusters at a time would take each other's processors.
    libtest_mimic::run(&Arguments { test_threads: Some(1), ..Arguments::from_args() }, tests)
        .exit();
}

/// A folder of a test's own, empty.
fn folder(name: &str) -> Result<PathBuf, Failed> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The work over Ray, begun; `more` is for the command.
fn begin(python: &str, words: &[&str], more: &[&str]) -> Result<Child, Failed> {
    let mut command = Command::new(python);
    command.arg(SCRIPT).args(words).args(["--cpus", "2", "--command", PROGRAM, "--"]).args(more);
    command.env("RAY_USAGE_STATS_ENABLED", "0").env_remove("RAY_ADDRESS");
    Ok(command.spawn()?)
}

/// Waits until it ends well.
fn end(child: &mut Child) -> Result<(), Failed> {
    let begun = Instant::now();
    while begun.elapsed() < LIMIT {
        if let Some(status) = child.try_wait()? {
            return if status.success() { Ok(()) } else { Err(format!("{status}").into()) };
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    child.kill()?;
    Err("it takes too long".into())
}

fn local(words: &[&str]) -> Result<Vec<u8>, Failed> {
    let done = Command::new(PROGRAM).args(words).arg("--quiet").output()?;
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Ok(done.stdout)
}

/// Sends a signal to a process; whether there was one.
fn signal(name: &str, process: u32) -> Result<bool, Failed> {
    // The shell's own: not every machine has a program of this name.
    let line = format!("kill -{name} {process}");
    Ok(Command::new("sh").args(["-c", &line]).status()?.success())
}

/// The worker of a command with this word, by its id: the parent of the process that runs it.
fn worker_of(word: &str) -> Option<u32> {
    let processes = fs::read_dir("/proc").ok()?.flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let runs = |id: &u32| {
        let words = fs::read_to_string(format!("/proc/{id}/cmdline")).unwrap_or_default();
        // The script has that word as well; a shard is what only its workers have.
        words.split('\0').any(|w| w == word) && words.split('\0').any(|w| w == "--shard")
    };
    let status = |id: u32| fs::read_to_string(format!("/proc/{id}/status")).ok();
    let parent = |id: u32| {
        status(id)?.lines().find_map(|line| line.strip_prefix("PPid:")?.trim().parse().ok())
    };
    ids.into_iter().filter(runs).find_map(parent)
}

fn landscape(python: &str) -> Result<(), Failed> {
    let folder = folder("ray-landscape")?;
    let out = folder.join("land.jsonl");
    let link = format!("v=2&data.rows=640&net.seed={}", std::process::id());
    let text = out.to_string_lossy().into_owned();
    let words = ["landscape", &link, "--shards", "4", "--out", &text];
    let mut child = begin(python, &words, &["--side", "64"])?;
    let begun = Instant::now();
    let worker = loop {
        if let Some(worker) = worker_of(&link) {
            break worker;
        }
        assert!(begun.elapsed() < LIMIT && child.try_wait()?.is_none(), "no shard has begun");
        std::thread::sleep(Duration::from_millis(10));
    };
    assert!(signal("KILL", worker)?, "the worker {worker} is there");
    end(&mut child)?;
    assert_eq!(fs::read(&out)?, local(&["landscape", &link, "--side", "64"])?);
    assert!(!folder.join("land.jsonl.shards").exists(), "one file is left");
    Ok(())
}

fn study(python: &str) -> Result<(), Failed> {
    let folder = folder("ray-study")?;
    let out = folder.join("study.jsonl").to_string_lossy().into_owned();
    let link = "v=2&training.epochs=9&search.strategy=tpe&search.at_once=4&search.budget=8";
    let words = ["study", link, "--shards", "2", "--out", &out];
    end(&mut begin(python, &words, &[])?)?;
    assert_eq!(fs::read(&out)?, local(&["study", link])?);
    Ok(())
}

/// A cluster of this machine that asks for a token; it ends with this.
struct Cluster {
    head: Child,
    address: String,
    ray: PathBuf,
    /// Sockets lie in it, whose paths may not be long.
    folder: tempfile::TempDir,
}

impl Cluster {
    fn start(python: &str) -> Result<Cluster, Failed> {
        let ray = Path::new(python).with_file_name("ray");
        let folder = tempfile::tempdir()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port().to_string();
        let mut start = Command::new(&ray);
        start
            .args(["start", "--head", "--block", "--num-cpus", "2", "--disable-usage-stats"])
            .args(["--node-ip-address", "127.0.0.1", "--dashboard-host", "127.0.0.1"])
            // Any that are free, so that the dashboard's is none of theirs.
            .args(["--port", "0", "--min-worker-port", "0", "--max-worker-port", "0"])
            .args(["--dashboard-port", &port, "--temp-dir"])
            .arg(folder.path().join("ray"))
            .stdout(File::create(folder.path().join("told.txt"))?);
        let head = with_token(&mut start).spawn()?;
        let mut cluster =
            Cluster { head, address: format!("http://127.0.0.1:{port}"), ray, folder };
        let begun = Instant::now();
        while !cluster.job(&["list"]).output()?.status.success() {
            assert!(begun.elapsed() < LIMIT && cluster.head.try_wait()?.is_none(), "no cluster");
        }
        Ok(cluster)
    }

    /// `ray job WORDS`, with the token.
    fn job(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.ray);
        command.arg("job").args(words).args(["--address", &self.address]);
        with_token(&mut command);
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // It ends all that it has started; there is nobody to tell if it can't.
        let _ = signal("TERM", self.head.id());
        let asked = Instant::now();
        while asked.elapsed() < LIMIT && matches!(self.head.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(100));
        }
        let _ = self.head.kill();
        let _ = self.head.wait();
    }
}

fn with_token(command: &mut Command) -> &mut Command {
    command
        .env("RAY_AUTH_MODE", "token")
        .env("RAY_AUTH_TOKEN", "a-token-of-this-test-alone-0123456789")
        .env("RAY_USAGE_STATS_ENABLED", "0")
        .env_remove("RAY_ADDRESS")
}

/// As README says it.
fn job(python: &str) -> Result<(), Failed> {
    let cluster = Cluster::start(python)?;
    let out = cluster.folder.path().join("map.jsonl");
    let link = "v=2&data.name=moons&data.rows=160&training.epochs=5";
    let mut submit = cluster.job(&["submit"]);
    submit.arg("--working-dir").arg(Path::new(SCRIPT).with_file_name("")).arg("--");
    submit.args([python, "tunescape_ray.py", "landscape", link, "--command", PROGRAM]);
    submit.args(["--shards", "3", "--out"]).arg(&out).args(["--", "--side", "16"]);
    end(&mut submit.spawn()?)?;
    assert_eq!(fs::read(&out)?, local(&["landscape", link, "--side", "16"])?);
    // Without the token nobody gets in.
    let stranger = cluster.job(&["list"]).env("RAY_AUTH_TOKEN", "another-one").output()?;
    assert!(!stranger.status.success(), "the cluster asks for its token");
    assert!(cluster.job(&["list"]).output()?.status.success(), "and takes it");
    Ok(())
}

/// The last line of each trial of a script of a study that ran with a scheduler.
fn trials(python: &str, script: &Path, scheduler: &str) -> Result<Vec<Value>, Failed> {
    let home = folder(&format!("ray-tune-{scheduler}"))?;
    let own = Path::new(PROGRAM).parent().ok_or("a folder")?.to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&path)))?;
    let mut command = Command::new(python);
    command.arg(script).args(["--scheduler", scheduler]).env("PATH", path).env("HOME", &home);
    command.env("RAY_USAGE_STATS_ENABLED", "0").env_remove("RAY_ADDRESS");
    let told = home.join("told.txt");
    end(&mut command.stdout(File::create(&told)?).spawn()?)?;
    let best = fs::read_to_string(told)?;
    let best: Value = serde_json::from_str(best.lines().last().unwrap_or_default())?;
    let mut trials = vec![best];
    for search in fs::read_dir(home.join("ray_results"))? {
        for trial in fs::read_dir(search?.path())? {
            let Ok(told) = fs::read_to_string(trial?.path().join("result.json")) else { continue };
            let last = told.lines().last().unwrap_or_default();
            trials.push(serde_json::from_str(last)?);
        }
    }
    Ok(trials)
}

fn tune(python: &str) -> Result<(), Failed> {
    let folder = folder("ray-tune")?;
    let script = folder.join("tune.py");
    let link = "v=2&training.epochs=24&search.strategy=tpe&search.pruner.name=asha&search.budget=6\
                &search.pruner.least=3&search.members=4&search.every=6&space.batch=[8,32]\
                &space.learning_rate=[0.01,0.3]";
    // A study of which only the first trial is there.
    let shard = folder.join("part.jsonl").to_string_lossy().into_owned();
    let out = script.to_string_lossy();
    let cut = Command::new(PROGRAM)
        .args(["study", link, "--shard", "1/2", "--out", &shard, "--quiet"])
        .status()?;
    assert!(cut.code().is_some_and(|code| code < 2), "{cut}");
    let words = ["merge", &shard, "--partial", "--format", "tune", "--out", &out];
    assert!(Command::new(PROGRAM).args(words).status()?.success());
    let mut changed = 0;
    for scheduler in ["asha", "hyperband", "median", "pbt", "none"] {
        let trials = trials(python, &script, scheduler)?;
        assert!(trials.len() > 4, "{scheduler}: {} trials", trials.len() - 1);
        for trial in &trials {
            let line = trial["command"].as_str().unwrap_or_default();
            let words: Vec<&str> = line.split(' ').skip(1).map(|w| w.trim_matches('\'')).collect();
            // The command that a trial names comes to what the trial came to.
            let told = String::from_utf8(local(&words)?)?;
            let run: Value = serde_json::from_str(told.lines().nth(1).unwrap_or_default())?;
            let again = &run["reports"][trial["epoch"].as_u64().unwrap_or_default() as usize][1];
            assert_eq!(&trial["loss"], again, "{scheduler}: {line}");
            changed += usize::from(line.contains("--then"));
        }
    }
    assert!(changed > 0, "no member of a population has copied another");
    Ok(())
}
