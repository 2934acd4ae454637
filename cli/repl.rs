//! The REPL: `tierproof` on a terminal. Lines with history and editing; an input that is not complete
//! yet goes on on the next line. Every input is a script in one realm in which names may be declared
//! again; `await` is allowed at the top.

use std::io::IsTerminal;
use std::path::PathBuf;

use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Config, Editor, Helper, completion::Completer, highlight::Highlighter, hint::Hinter};
use tierproof_base::Schedule;
use tierproof_syntax::repl::{self, Input};
use tierproof_vm::api::{JsValue, PromiseState};
use tierproof_vm::{Engine, Options, ScriptError, Termination};

use crate::shell::Shell;
use crate::{OK, run};

const HELP: &str = "\
.load FILE   run a file in this session
.tier NAME   start again in this tier: interpreter, baseline, midtier, toptier or normal
.help        this text
.exit        leave (Ctrl-D does too)
Ctrl-C ends a running program, or drops the input";

/// Lines of history kept in the user's home.
const HISTORY: usize = 1000;

/// What the editor asks: only whether an input is complete.
struct Editing;

impl Completer for Editing {
    type Candidate = String;
}
impl Hinter for Editing {
    type Hint = String;
}
impl Highlighter for Editing {}
impl Helper for Editing {}

impl Validator for Editing {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let incomplete =
            !context.input().trim_start().starts_with('.') && repl::is_incomplete(context.input());
        Ok(if incomplete { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

/// One realm and its shell.
struct Session {
    engine: Engine,
    shell: Shell,
    inputs: usize,
}

impl Session {
    fn new(tier: &str) -> Result<Session, String> {
        let schedule: Schedule = format!("tier={tier} install=background").parse()?;
        let mut engine = Engine::new(&Options { schedule, ..run::console_options() });
        engine.allow_redeclaration();
        let shell = Shell::install(&mut engine, &[]).map_err(|e| e.to_string())?;
        Ok(Session { engine, shell, inputs: 0 })
    }

    /// Runs an input and shows its value.
    fn input(&mut self, text: &str) -> Result<(), ScriptError> {
        self.inputs += 1;
        let name = format!("REPL{}", self.inputs);
        let value = match repl::prepare(text, &name) {
            Input::Script(text) => self.engine.eval(text.as_bytes(), &name)?,
            Input::Await { declarations, body } => {
                self.engine.eval(declarations.as_bytes(), &name)?;
                let promise = self.engine.eval(body.as_bytes(), &name)?;
                self.settled(promise)?
            }
        };
        let text = self.engine.with(|cx| Ok(cx.inspect(&value)))?;
        run::show(&text);
        self.shell.run_timers(&mut self.engine)
    }

    /// Value of the promise that an input with `await` amounts to, `[ value ]` so that a promise in it
    /// stays one.
    fn settled(&mut self, promise: JsValue) -> Result<JsValue, ScriptError> {
        loop {
            match self.engine.with(|cx| Ok(cx.promise_state(&promise)))? {
                Some(PromiseState::Fulfilled(v)) => return self.engine.with(|cx| cx.get_index(&v, 0)),
                Some(PromiseState::Pending) if self.shell.run_timer(&mut self.engine)? => {}
                // rejected: it is reported as nobody handles it; pending for good: there is no value
                _ => {
                    self.shell.run_timers(&mut self.engine)?;
                    return Ok(promise);
                }
            }
        }
    }
}

/// A file in the home directory; None without one.
fn history_file() -> Option<PathBuf> {
    Some(PathBuf::from(std::env::var_os("HOME")?).join(".tierproof_history"))
}

#[derive(clap::Args, Default)]
pub struct Args {
    /// interpreter, baseline, midtier, toptier or normal
    #[arg(long, value_name = "NAME")]
    tier: Option<String>,
}

pub fn main(args: Args) -> Result<i32, String> {
    let config = Config::builder().auto_add_history(true).max_history_size(HISTORY);
    let config = config.map_err(|e| e.to_string())?.build();
    let mut editor: Editor<Editing, FileHistory> = Editor::with_config(config).map_err(|e| e.to_string())?;
    editor.set_helper(Some(Editing));
    let history = history_file();
    if let Some(file) = &history {
        // there is none the first time
        let _ = editor.load_history(file);
    }
    if std::io::stdin().is_terminal() {
        println!("Tierproof {}. .help tells more.", env!("CARGO_PKG_VERSION"));
    }
    let running: std::sync::Arc<std::sync::Mutex<Option<tierproof_vm::Interrupt>>> = Default::default();
    let target = running.clone();
    ctrlc::set_handler(move || {
        if let Ok(Some(interrupt)) = target.lock().as_deref() {
            interrupt.interrupt();
        }
    })
    .map_err(|e| e.to_string())?;
    let code = Engine::on_big_stack(|| -> Result<i32, String> {
        let mut session = Session::new(args.tier.as_deref().unwrap_or("normal"))?;
        loop {
            let line = match editor.readline("> ") {
                Ok(line) => line,
                Err(ReadlineError::Interrupted) => continue,
                Err(ReadlineError::Eof) => return Ok(OK),
                Err(e) => return Err(e.to_string()),
            };
            if let Ok(mut r) = running.lock() {
                *r = Some(session.engine.interrupt());
            }
            let result = match command(&line, &mut session) {
                Some(Ok(true)) => Ok(()),
                Some(Ok(false)) => return Ok(OK),
                Some(Err(e)) => Err(e),
                None if line.trim().is_empty() => Ok(()),
                None => session.input(&line),
            };
            session.engine.interrupt().clear();
            run::flush();
            match result {
                Ok(()) => {}
                Err(ScriptError::Terminated(Termination::Exit(code))) => return Ok(code),
                Err(e) => {
                    run::report(&session.engine, &e, false);
                }
            }
        }
    });
    if let Some(file) = &history {
        // a home that cannot be written to is no reason to complain
        let _ = editor.save_history(file);
    }
    code
}

/// Runs a line that begins with a dot: whether to go on; None when it is a program.
fn command(line: &str, session: &mut Session) -> Option<Result<bool, ScriptError>> {
    let line = line.trim();
    if !line.starts_with('.') || line[1..].starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    match name {
        ".exit" => return Some(Ok(false)),
        ".load" => {
            return Some(match crate::files::read(std::path::Path::new(argument.trim())) {
                Ok(bytes) => session.engine.eval(&bytes, argument.trim()).and_then(|_| {
                    session.shell.run_timers(&mut session.engine)?;
                    Ok(true)
                }),
                Err(message) => {
                    eprintln!("{message}");
                    Ok(true)
                }
            });
        }
        ".tier" => match Session::new(argument.trim()) {
            Ok(fresh) => *session = fresh,
            Err(message) => eprintln!("{message}"),
        },
        ".help" => println!("{HELP}"),
        other => eprintln!("{other}: no such command; .help lists them"),
    }
    Some(Ok(true))
}
