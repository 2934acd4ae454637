//! `tierproof run`: execute programs in one realm, `print` to standard output; or many jobs, one realm
//! each (`--batch`).

use std::io::{BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use tierproof_base::Schedule;
use tierproof_oracle::conformance::Failure;
use tierproof_oracle::matrix::define;
use tierproof_vm::{Engine, Options, Printer, ScriptError, Termination, test262_host};

use crate::options::{Common, combine};
use crate::{COULD_NOT_RUN, FOUND, OK, batch, excerpt, files};

#[derive(clap::Args)]
pub struct Args {
    /// Programs, run in this order
    #[arg(required_unless_present = "batch", value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    common: Common,
    /// Treat the last program as a module, whatever its name (`.mjs` files always are)
    #[arg(long)]
    module: bool,
    /// Print the bytecode of all functions before running
    #[arg(long)]
    print_bytecode: bool,
    /// Jobs from standard input, one JSON object a line: {"id": 7, "files": ["a.js", "test.js"],
    /// "main": 1, "module": false, "async": false, "prefix": ""}; each runs in a fresh realm and is
    /// answered by a line {"id": 7, "ok": false, "phase": "parse|resolution|runtime", "name": "TypeError",
    /// "message": "...", "out": ["printed", "lines"]}
    #[arg(long, conflicts_with_all = ["files", "print_bytecode"])]
    batch: bool,
    /// Give the realm the host object `$262`; tell of uncaught errors by a line `#test262 {...}` on
    /// standard error
    #[arg(long)]
    test262: bool,
    /// End each program (with --batch: each job) after this time
    #[arg(long, value_name = "SECONDS", value_parser = parse_seconds)]
    time_limit: Option<Duration>,
}

static OUT: LazyLock<Mutex<BufWriter<std::io::Stdout>>> =
    LazyLock::new(|| Mutex::new(BufWriter::with_capacity(1 << 16, std::io::stdout())));

fn parse_seconds(text: &str) -> Result<Duration, String> {
    let n: f64 = text.parse().map_err(|_| "want a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(n).map_err(|e| e.to_string())
}

/// A closed pipe is no reason to complain.
fn echo(line: &str) {
    if let Ok(mut out) = OUT.lock() {
        let _ = writeln!(out, "{line}");
    }
}

/// `print` of a program run for its output.
fn printer() -> Printer {
    let terminal = std::io::stdout().is_terminal();
    Printer(Arc::new(move |line| {
        echo(line);
        if terminal {
            flush();
        }
        Ok(())
    }))
}

fn flush() {
    if let Ok(mut out) = OUT.lock() {
        let _ = out.flush();
    }
}

pub fn main(args: Args) -> Result<i32, String> {
    args.common.apply_fault()?;
    let code = Engine::on_big_stack(|| if args.batch { batch(&args) } else { run(&args) });
    flush();
    code
}

fn clock() -> f64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0.0, |d| d.as_secs_f64() * 1e3)
}

fn options(args: &Args, schedule: Schedule) -> Options {
    let mut options =
        Options { schedule, trace: args.common.trace(), clock: Some(clock), ..Options::default() };
    if args.common.heap_limit.is_some() {
        options.limits.heap_bytes = args.common.heap_limit;
    }
    options
}

fn batch(args: &Args) -> Result<i32, String> {
    let schedule = combine(&["tier=normal", &args.common.words()])?;
    let settings = batch::Settings {
        options: options(args, schedule),
        define: args.common.define.clone(),
        test262: args.test262,
        time_limit: args.time_limit,
    };
    batch::serve(std::io::stdin().lock(), std::io::stdout().lock(), &settings)
}

fn run(args: &Args) -> Result<i32, String> {
    let mut sources = Vec::new();
    for path in &args.files {
        match files::read(path) {
            Ok(bytes) => sources.push((path.display().to_string(), bytes)),
            Err(message) => {
                eprintln!("error: {message}");
                return Ok(COULD_NOT_RUN);
            }
        }
    }
    let schedule = args.common.resolve("tier=normal install=background", &sources[0].1)?;
    let options = Options { printer: Some(printer()), ..options(args, schedule) };
    if args.print_bytecode {
        for (name, bytes) in &sources {
            // errors are reported when it is run
            if let Ok(source) = tierproof_syntax::parse(bytes, name)
                && let Ok(program) = tierproof_bytegen::compile_all(&source)
            {
                program.to_string().lines().for_each(echo);
            }
        }
    }
    let mut engine = Engine::new(&options);
    define(&mut engine, &args.common.define);
    if args.test262 {
        test262_host::install(&mut engine);
    }
    let _watchdog = args.time_limit.map(|limit| engine.interrupt().after(limit));
    for (i, (name, bytes)) in sources.iter().enumerate() {
        let module = name.ends_with(".mjs") || args.module && i + 1 == sources.len();
        let result = if module { engine.run_module(bytes, name) } else { engine.run(bytes, name) };
        if let Err(error) = result {
            flush();
            if args.test262 && !matches!(error, ScriptError::Terminated(Termination::Exit(_))) {
                batch::announce(&Failure::of(&mut engine, &error));
            }
            return Ok(report(&error, &sources, args.common.json));
        }
    }
    Ok(OK)
}

fn report(error: &ScriptError, sources: &[(String, Vec<u8>)], json: bool) -> i32 {
    let color = std::io::stderr().is_terminal();
    let (kind, text, code) = match error {
        ScriptError::Syntax(e) => ("syntax", e.render(color), COULD_NOT_RUN),
        ScriptError::Exception { text, stack, .. } => {
            ("exception", excerpt::render(text, stack, sources, color), FOUND)
        }
        ScriptError::Terminated(Termination::Exit(code)) => return *code,
        ScriptError::Terminated(_) => ("terminated", error.to_string(), COULD_NOT_RUN),
    };
    if json {
        eprintln!("{}", serde_json::json!({ "error": kind, "message": error.to_string() }));
    } else {
        eprintln!("{text}");
    }
    code
}
