//! `tierproof run`: execute programs in one realm, `print` to standard output.

use std::io::{BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex};

use tierproof_oracle::matrix::define;
use tierproof_vm::{Engine, Options, ScriptError};

use crate::options::Common;
use crate::{COULD_NOT_RUN, FOUND, OK, excerpt, files};

#[derive(clap::Args)]
pub struct Args {
    /// Programs, run in this order
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    common: Common,
    /// Treat the last program as a module, whatever its name (`.mjs` files always are)
    #[arg(long)]
    module: bool,
    /// Print the bytecode of all functions before running
    #[arg(long)]
    print_bytecode: bool,
}

static OUT: LazyLock<Mutex<BufWriter<std::io::Stdout>>> =
    LazyLock::new(|| Mutex::new(BufWriter::with_capacity(1 << 16, std::io::stdout())));

/// A closed pipe is no reason to complain.
fn echo(line: &str) {
    if let Ok(mut out) = OUT.lock() {
        let _ = writeln!(out, "{line}");
    }
}

fn echo_to_terminal(line: &str) {
    echo(line);
    flush();
}

fn flush() {
    if let Ok(mut out) = OUT.lock() {
        let _ = out.flush();
    }
}

pub fn main(args: Args) -> Result<i32, String> {
    args.common.apply_fault()?;
    let code = Engine::on_big_stack(|| run(&args));
    flush();
    code
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
    let mut options = Options { schedule, trace: args.common.trace(), ..Options::default() };
    options.echo = Some(if std::io::stdout().is_terminal() { echo_to_terminal } else { echo });
    options.clock = Some(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or(0.0, |d| d.as_secs_f64() * 1e3)
    });
    if args.common.heap_limit.is_some() {
        options.limits.heap_bytes = args.common.heap_limit;
    }
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
    for (i, (name, bytes)) in sources.iter().enumerate() {
        let module = name.ends_with(".mjs") || args.module && i + 1 == sources.len();
        let result = if module { engine.run_module(bytes, name) } else { engine.run(bytes, name) };
        if let Err(error) = result {
            flush();
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
        ScriptError::Terminated(_) => ("terminated", error.to_string(), COULD_NOT_RUN),
    };
    if json {
        eprintln!("{}", serde_json::json!({ "error": kind, "message": error.to_string() }));
    } else {
        eprintln!("{text}");
    }
    code
}
