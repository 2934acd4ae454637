//! Campaigns that are killed at any moment lose nothing and can go on; and the pages and files they leave.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use tierproof_base::Random;

fn command(arguments: &[&str], out: &Path) -> Command {
    let mut c = Command::new(env!("CARGO_BIN_EXE_tierproof"));
    c.args(arguments)
        .arg("--out")
        .arg(out)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    c
}

fn run(arguments: &[&str], out: &Path) -> Output {
    command(arguments, out).output().expect("the binary runs")
}

/// Processes started by this one, by id.
fn children(parent: u32) -> Vec<u32> {
    let text = std::fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap_or_default();
    text.split_whitespace().filter_map(|n| n.parse().ok()).collect()
}

fn kill(id: u32) {
    let _ = Command::new("kill").args(["-9", &id.to_string()]).stderr(Stdio::null()).status();
}

/// The lines of a journal that are whole.
fn lines(out: &Path) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(out.join("journal.jsonl")).unwrap_or_default();
    text.lines().filter_map(|l| serde_json::from_str(l).ok()).collect()
}

fn programs(out: &Path) -> u64 {
    let all = lines(out);
    all.iter().rev().find_map(|l| l["Progress"][1]["programs"].as_u64()).unwrap_or(0)
}

/// Four kills a round: three of workers, one of the supervisor. `TIERPROOF_KILL_ROUNDS=13` for more than 50.
#[test]
#[cfg(target_os = "linux")]
fn kills_at_random_lose_nothing() {
    let rounds = std::env::var("TIERPROOF_KILL_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(4);
    let dir = tempfile::tempdir().unwrap();
    let arguments = ["fuzz", "--resume", "--seconds", "60", "--seed", "9", "--jobs", "2"];
    let mut random = Random::new(11);
    let mut before = 0;
    for round in 0..rounds {
        let mut supervisor: Child = command(&arguments, dir.path()).spawn().expect("the binary runs");
        std::thread::sleep(Duration::from_millis(1500));
        for _ in 0..3 {
            let workers = children(supervisor.id());
            if !workers.is_empty() {
                kill(*random.pick(&workers));
            }
            std::thread::sleep(Duration::from_millis(u64::from(200 + random.below(400))));
        }
        let workers = children(supervisor.id());
        assert!(!workers.is_empty(), "round {round}: workers are replaced");
        let _ = supervisor.kill();
        let _ = supervisor.wait();
        // workers end with their supervisor
        let gone = (0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(100));
            let running = |id: &u32| {
                let line = std::fs::read_to_string(format!("/proc/{id}/cmdline")).unwrap_or_default();
                line.contains("fuzz-worker")
            };
            !workers.iter().any(running)
        });
        assert!(gone, "round {round}: workers outlive their supervisor");
        let now = programs(dir.path());
        assert!(now >= before, "round {round}: {now} programs after {before}");
        before = now;
    }
    assert!(before > 0);
    let last =
        run(&["fuzz", "--resume", "--seconds", "2", "--seed", "9", "--jobs", "2", "--json"], dir.path());
    let done: serde_json::Value = serde_json::from_slice(&last.stdout).expect("JSON");
    assert!(done["tally"]["programs"].as_u64() >= Some(before), "{done}");
    // a worker that was killed is no finding
    let found = lines(dir.path()).into_iter().filter_map(|l| l["Found"]["what"].as_str().map(str::to_owned));
    assert_eq!(found.filter(|what| what.contains("signal 9")).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn a_finding_that_was_only_written_down_is_worked_up_later() {
    let dir = tempfile::tempdir().unwrap();
    let found = serde_json::json!({ "Found": {
        "seed": 5, "schedule": "tier=toptier", "check": "lines", "what": "printed line 1", "expected": "1",
        "actual": "2", "fault": null, "ticks": 1000
    }});
    std::fs::write(dir.path().join("journal.jsonl"), format!("{found}\n{{\"Found\":{{\"se")).unwrap();
    let o = run(&["fuzz", "--resume", "--seconds", "3", "--seed", "3", "--jobs", "1", "--json"], dir.path());
    let done: serde_json::Value = serde_json::from_slice(&o.stdout).expect("JSON");
    assert_eq!(done["kept"][0]["raw"]["seed"].as_u64(), Some(5), "{done}");
    assert!(dir.path().join("finding-5.js").is_file());
    let kinds: BTreeSet<String> =
        lines(dir.path()).iter().filter_map(|l| Some(l.as_object()?.keys().next()?.clone())).collect();
    assert!(["Found", "Kept", "Progress", "Started"].iter().all(|k| kinds.contains(*k)), "{kinds:?}");
}

#[test]
fn another_campaign_is_not_resumed() {
    let dir = tempfile::tempdir().unwrap();
    assert_ne!(
        run(&["fuzz", "--seconds", "1", "--seed", "3", "--jobs", "1"], dir.path()).status.code(),
        Some(2)
    );
    let o = run(&["fuzz", "--resume", "--seconds", "1", "--seed", "4", "--jobs", "1"], dir.path());
    assert_eq!(o.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&o.stderr).contains("other settings"));
}

/// The corpus of a campaign by one worker, cut off behind its first programs: file names are made of texts.
fn kept_first(seed: &str, count: usize) -> Vec<serde_json::Value> {
    let dir = tempfile::tempdir().unwrap();
    let o =
        run(&["fuzz", "--seconds", "12", "--seed", seed, "--jobs", "1", "--no-mask", "--json"], dir.path());
    let done: serde_json::Value = serde_json::from_slice(&o.stdout).expect("JSON");
    assert!(done["tally"]["reached"].as_u64() >= Some(100), "{done}");
    let kept: Vec<_> =
        lines(dir.path()).into_iter().map(|l| l["Reached"].clone()).filter(|r| r.is_array()).collect();
    let files = std::fs::read_dir(dir.path().join("corpus")).expect("a corpus").count() as u64;
    assert_eq!(Some(files), done["tally"]["corpus"].as_u64());
    kept.into_iter().take(count).collect()
}

#[test]
fn one_worker_goes_the_same_way_each_time() {
    let (a, b) = (kept_first("5", 15), kept_first("5", 15));
    assert!(a.len() == 15, "{} kept", a.len());
    assert_eq!(a, b);
    assert_ne!(a, kept_first("6", 15));
}

#[test]
fn the_report_is_one_page() {
    let dir = tempfile::tempdir().unwrap();
    let page = dir.path().join("page.html");
    let arguments = ["fuzz", "--seconds", "4", "--jobs", "1", "--report", page.to_str().unwrap()];
    let o = run(&arguments, &dir.path().join("out"));
    assert!([Some(0), Some(1)].contains(&o.status.code()), "{o:?}");
    let text = std::fs::read_to_string(&page).expect("a page");
    for wanted in [
        "<!doctype html>",
        "Coverage over time",
        "of kind rewrite",
        "Findings by culprit",
        "Deopts reached",
        "insufficient type feedback",
    ] {
        assert!(text.contains(wanted), "{wanted}");
    }
    assert!(!text.contains("<script") && !text.contains("src="));
}

#[test]
fn the_gate_tells_people_and_machines() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let good = file("good.js", "function f(x) { return x + 1; }\nfor (let i = 0; i < 40; i++) probe(f(i));");
    let bad = file("bad.js", "print(1);\n//> 2");
    let junit = dir.path().join("gate.xml");
    let gate = |program: &str, check: &str| {
        let arguments =
            ["gate", program, "--seconds", "1", "--jobs", "1", "--check", check, "--github", "--sweep", "4"];
        let mut c = command(&arguments, &dir.path().join("out"));
        c.arg("--junit")
            .arg(&junit)
            .arg("--witnesses")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/faults"));
        c.output().expect("the binary runs")
    };
    let o = gate(&good, "nothing=true");
    let text = String::from_utf8_lossy(&o.stdout).into_owned();
    assert!(text.starts_with("# Gate: passed") && o.status.success(), "{text}");
    let o = gate(&bad, "snapshots=echo differs; false");
    let text = String::from_utf8_lossy(&o.stdout).into_owned();
    assert_eq!(o.status.code(), Some(1));
    for wanted in ["## snapshots: snapshots", "differs", "bad.js", "::error file="] {
        assert!(text.contains(wanted), "{wanted} in {text}");
    }
    let xml = std::fs::read_to_string(&junit).expect("JUnit XML");
    assert!(xml.contains("<testsuite name=\"snapshots\" tests=\"1\" failures=\"1\""), "{xml}");
}
