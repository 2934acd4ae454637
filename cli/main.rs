//! The `tierproof` command line: run programs, compare tiers, fuzz, replay findings, show compile costs.
//!
//! Exit codes: 0 success or agreement; 1 divergence or finding (for `run`: uncaught exception);
//! 2 wrong usage; 3 could not run (unreadable file, syntax error, stopped by a limit).

mod batch;
mod bisect;
mod convert;
mod diff;
mod excerpt;
mod files;
mod fuzz;
mod gate;
mod options;
mod page;
mod reduce;
mod render;
mod repl;
mod review;
mod run;
mod shell;
mod speed;
mod stats;
mod test262;
mod worker;

use std::io::IsTerminal;

use clap::{Parser, Subcommand};

/// A row of a campaign makes and drops an engine and several compilations: with the C library's allocator
/// a fifth of its time is allocation.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub const OK: i32 = 0;
pub const FOUND: i32 = 1;
pub const USAGE: i32 = 2;
pub const COULD_NOT_RUN: i32 = 3;

#[derive(Parser)]
#[command(
    name = "tierproof",
    version,
    about = "A JavaScript engine with four tiers, and the harness that proves program by program that they agree",
    after_help = "Exit codes: 0 success or agreement; 1 divergence or finding (run: uncaught exception); \
                  2 wrong usage; 3 could not run (unreadable file, syntax error, stopped by --ticks or --heap-limit). \
                  Without a command: a REPL on a terminal, else the program on standard input."
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run programs, one after the other in one realm
    Run(run::Args),
    /// Read, evaluate, print (also on a pipe)
    Repl(repl::Args),
    /// Run each program under all schedules and compare everything observable
    Diff(diff::Args),
    /// Generate programs and compare them until the time is over
    Fuzz(fuzz::Args),
    /// Run a finding again: the reference and the schedule in the file's first comment
    Replay(diff::ReplayArgs),
    /// Name the part of the engine that a divergence or crash hangs on
    Bisect(bisect::Args),
    /// Shrink the program and the schedule of a finding, or a file for any command
    Reduce(reduce::Args),
    /// Changed snapshots, grouped by kind of edit
    Review(review::Args),
    /// Programs of the IR (`.ir`) as JavaScript, and JavaScript as the IR
    Ir(convert::Args),
    /// All checks of a change in one command, for pull requests
    Gate(gate::Args),
    /// Hunt the planted faults and report the score (build with `--features faults`)
    Faults(fuzz::FaultsArgs),
    /// Compile cost, code size and bytecode size over programs
    Stats(stats::Args),
    /// The tiers against each other and against other engines: one interleaved run, ratios
    Speed(speed::Args),
    /// Run the conformance suite of ECMAScript
    Test262(test262::Args),
    #[command(hide = true, name = "diff-worker")]
    DiffWorker(worker::Args),
    #[command(hide = true, name = "test262-worker")]
    Test262Worker(test262::Args),
    #[command(hide = true, name = "fuzz-worker")]
    FuzzWorker(fuzz::WorkerArgs),
    #[command(hide = true, name = "trial-worker")]
    TrialWorker,
}

fn main() {
    let Some(command) = Cli::parse().command else {
        let code = if std::io::stdin().is_terminal() {
            repl::main(repl::Args::default())
        } else {
            run::main(run::Args::standard_input())
        };
        exit(code);
    };
    let code = match command {
        Command::Run(a) => run::main(a),
        Command::Repl(a) => repl::main(a),
        Command::Diff(a) => diff::main(a),
        Command::Fuzz(a) => fuzz::main(a),
        Command::Replay(a) => diff::replay(a),
        Command::Bisect(a) => bisect::main(a),
        Command::Stats(a) => stats::main(a),
        Command::Speed(a) => speed::main(a),
        Command::Test262(a) => test262::main(a),
        Command::Test262Worker(a) => test262::worker(a),
        Command::DiffWorker(a) => worker::main(a),
        Command::FuzzWorker(a) => fuzz::worker(a),
        Command::Reduce(a) => reduce::main(a),
        Command::Review(a) => review::main(a),
        Command::Ir(a) => convert::main(a),
        Command::Gate(a) => gate::main(a),
        Command::Faults(a) => fuzz::hunt(a),
        Command::TrialWorker => bisect::worker(),
    };
    exit(code);
}

fn exit(code: Result<i32, String>) -> ! {
    std::process::exit(code.unwrap_or_else(|message| {
        eprintln!("error: {message}");
        USAGE
    }))
}
