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
use crate::shell::Shell;
use crate::{COULD_NOT_RUN, FOUND, OK, batch, excerpt, files};

#[derive(clap::Args)]
pub struct Args {
    /// Programs, run in this order; `-` is standard input
    #[arg(required_unless_present_any = ["batch", "eval"], value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    common: Common,
    /// A program itself; runs after the files
    #[arg(short, long, value_name = "CODE")]
    eval: Vec<String>,
    /// For the programs: the global array `arguments`
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
    /// Treat the last program as a module, whatever its name (`.mjs` files always are)
    #[arg(long)]
    module: bool,
    /// Let programs call V8's runtime functions, as tests of engines do: %OptimizeFunctionOnNextCall(f)
    #[arg(long)]
    allow_natives_syntax: bool,
    /// Print the bytecode of all functions before running
    #[arg(long)]
    print_bytecode: bool,
    /// Jobs from standard input, one JSON object a line: {"id": 7, "files": ["a.js", "test.js"],
    /// "main": 1, "module": false, "async": false, "prefix": ""}; each runs in a fresh realm and is
    /// answered by a line {"id": 7, "ok": false, "phase": "parse|resolution|runtime", "name": "TypeError",
    /// "message": "...", "out": ["printed", "lines"]}
    #[arg(long, conflicts_with_all = ["files", "eval", "print_bytecode"])]
    batch: bool,
    /// Give the realm the host object `$262`; tell of uncaught errors by a line `#test262 {...}` on
    /// standard error
    #[arg(long)]
    test262: bool,
    /// End each program (with --batch: each job) after this time
    #[arg(long, value_name = "SECONDS", value_parser = parse_seconds)]
    time_limit: Option<Duration>,
}

impl Args {
    /// `run -`, as with these options otherwise unset.
    pub fn standard_input() -> Args {
        Args {
            files: vec!["-".into()],
            common: Common::default(),
            eval: Vec::new(),
            arguments: Vec::new(),
            module: false,
            allow_natives_syntax: false,
            print_bytecode: false,
            batch: false,
            test262: false,
            time_limit: None,
        }
    }
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

/// One line of output, in order with those of the program.
pub fn show(line: &str) {
    echo(line);
    flush();
}

pub fn flush() {
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

/// `console.error`.
fn error_printer() -> Printer {
    Printer(Arc::new(|line| {
        eprintln!("{line}");
        Ok(())
    }))
}

fn clock() -> f64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0.0, |d| d.as_secs_f64() * 1e3)
}

/// An engine that talks to the console.
pub fn console_options() -> Options {
    Options {
        clock: Some(clock),
        printer: Some(printer()),
        error_printer: Some(error_printer()),
        ..Options::default()
    }
}

fn options(args: &Args, schedule: Schedule) -> Options {
    let mut options = Options {
        schedule,
        trace: args.common.trace(),
        natives: args.allow_natives_syntax,
        ..console_options()
    };
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
        let read = if path.as_os_str() == "-" { files::read_standard_input() } else { files::read(path) };
        match read {
            Ok(bytes) => sources.push((path.display().to_string(), bytes)),
            Err(message) => {
                eprintln!("error: {message}");
                return Ok(COULD_NOT_RUN);
            }
        }
    }
    sources.extend(args.eval.iter().map(|code| ("-e".to_owned(), code.clone().into_bytes())));
    let schedule = args.common.resolve("tier=normal install=background", &sources[0].1)?;
    let mut engine = Engine::new(&options(args, schedule));
    if args.print_bytecode {
        for (name, bytes) in &sources {
            // errors are reported when it is run
            if let Ok(source) = engine.compile(bytes, name)
                && let Ok(program) = tierproof_bytegen::compile_all(&source)
            {
                program.to_string().lines().for_each(echo);
            }
        }
    }
    let _watchdog = args.time_limit.map(|limit| engine.interrupt().after(limit));
    match programs(args, &mut engine, &sources) {
        Ok(()) => Ok(OK),
        Err(error) => {
            flush();
            if args.test262 && !matches!(error, ScriptError::Terminated(Termination::Exit(_))) {
                batch::announce(&Failure::of(&mut engine, &error));
            }
            Ok(report(&engine, &error, args.common.json))
        }
    }
}

/// Runs the programs in the realm, then what timers they have left.
fn programs(args: &Args, engine: &mut Engine, sources: &[(String, Vec<u8>)]) -> Result<(), ScriptError> {
    define(engine, &args.common.define);
    // tests of the suite count on a bare global object, and leave rejections alone
    let shell = match args.test262 {
        true => {
            test262_host::install(engine);
            None
        }
        false => Some(Shell::install(engine, &args.arguments)?),
    };
    for (i, (name, bytes)) in sources.iter().enumerate() {
        let module = name.ends_with(".mjs") || args.module && i + 1 == sources.len();
        if module {
            engine.run_module(bytes, name)?;
        } else {
            engine.run(bytes, name)?;
        }
        if let Some(e) = engine.unhandled_rejection().filter(|_| shell.is_some()) {
            return Err(e);
        }
    }
    match shell {
        Some(shell) => shell.run_timers(engine),
        None => Ok(()),
    }
}

/// Tells of the error on standard error; the exit code.
pub fn report(engine: &Engine, error: &ScriptError, json: bool) -> i32 {
    let color = std::io::stderr().is_terminal();
    let (kind, text, code) = match error {
        ScriptError::Syntax(e) => ("syntax", e.render(color), COULD_NOT_RUN),
        ScriptError::Exception(e) => ("exception", excerpt::render(engine, e, color), FOUND),
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
