//! What `run` and the REPL add to the realm: the functions that shells of engines offer and their test
//! suites expect (`load`, `read`, `quit`, `gc`, `printErr`, timers, `performance.now`, `arguments`), and
//! the loop that runs timers.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tierproof_vm::api::{Call, Context, JsValue, Kind, Throw};
use tierproof_vm::{Engine, ErrorKind, ScriptError, Termination};

/// Timers that wait.
#[derive(Default)]
struct Timers {
    waiting: Vec<Timer>,
    count: u32,
}

struct Timer {
    id: u32,
    due: Instant,
    repeat: Option<Duration>,
    function: JsValue,
    arguments: Vec<JsValue>,
}

/// The shell of one engine.
pub struct Shell {
    timers: Rc<RefCell<Timers>>,
}

impl Shell {
    /// Defines the functions; `arguments` is what stood behind `--`, if anything did.
    pub fn install(engine: &mut Engine, arguments: &[String]) -> Result<Shell, ScriptError> {
        let timers = Rc::new(RefCell::new(Timers::default()));
        let shell = Shell { timers: timers.clone() };
        let start = Instant::now();
        engine.with(|cx| {
            cx.define_function("load", 1, load)?;
            cx.define_function("read", 1, read)?;
            cx.define_function("readFile", 1, read)?;
            cx.define_function("quit", 0, quit)?;
            cx.define_function("gc", 0, |cx, _| {
                cx.collect_garbage();
                Ok(JsValue::UNDEFINED)
            })?;
            cx.define_function("printErr", 0, print_error)?;
            cx.define_function("version", 0, |cx, _| Ok(cx.string(env!("CARGO_PKG_VERSION"))))?;
            let (global, performance) = (cx.global(), cx.object());
            let now = cx.function("now", 0, move |_, _| Ok((start.elapsed().as_secs_f64() * 1e3).into()));
            cx.define(&performance, "now", &now)?;
            cx.define(&global, "performance", &performance)?;
            for (name, repeat) in [("setTimeout", false), ("setInterval", true)] {
                let timers = timers.clone();
                cx.define_function(name, 1, move |cx, call| timers.borrow_mut().add(cx, call, repeat))?;
            }
            for name in ["clearTimeout", "clearInterval"] {
                let timers = timers.clone();
                cx.define_function(name, 1, move |cx, call| {
                    let id = call.get(cx, 0).as_number();
                    timers.borrow_mut().waiting.retain(|t| Some(t.id as f64) != id);
                    Ok(JsValue::UNDEFINED)
                })?;
            }
            if !arguments.is_empty() {
                let items: Vec<JsValue> = arguments.iter().map(|a| cx.string(a)).collect();
                let array = cx.array(&items)?;
                cx.define(&global, "arguments", &array)?;
            }
            Ok(())
        })?;
        Ok(shell)
    }

    /// Runs timers in the order they are due, and the jobs they queue, until none is left. Ends with the
    /// first exception or unhandled rejection.
    pub fn run_timers(&self, engine: &mut Engine) -> Result<(), ScriptError> {
        while self.run_timer(engine)? {}
        Ok(())
    }

    /// Runs the timer that is due next, if there is one.
    pub fn run_timer(&self, engine: &mut Engine) -> Result<bool, ScriptError> {
        if let Some(e) = engine.unhandled_rejection() {
            return Err(e);
        }
        let next = self.timers.borrow_mut().next();
        if let Some(timer) = next {
            wait(engine, timer.due)?;
            if let Some(period) = timer.repeat {
                let due = Instant::now() + period;
                let again = Timer {
                    due,
                    arguments: timer.arguments.clone(),
                    function: timer.function.clone(),
                    ..timer
                };
                self.timers.borrow_mut().waiting.push(again);
            }
            engine.with(|cx| cx.call(&timer.function, &JsValue::UNDEFINED, &timer.arguments))?;
            engine.run_jobs()?;
            return Ok(true);
        }
        Ok(false)
    }
}

/// Sleeps until then, or until somebody interrupts the program.
fn wait(engine: &Engine, until: Instant) -> Result<(), ScriptError> {
    const LOOK: Duration = Duration::from_millis(20);
    let interrupt = engine.interrupt();
    loop {
        if interrupt.is_requested() {
            interrupt.clear();
            return Err(ScriptError::Terminated(Termination::Interrupted));
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        std::thread::sleep(left.min(LOOK));
    }
}

impl Timers {
    fn add(&mut self, cx: &mut Context<'_>, call: &Call, repeat: bool) -> Result<JsValue, Throw> {
        let function = call.get(cx, 0);
        if function.kind() != Kind::Function {
            return Err(cx.throw(ErrorKind::TypeError, "a timer needs a function"));
        }
        let ms = call.get(cx, 1).as_number().filter(|n| (1.0..2147483648.0).contains(n)).unwrap_or(1.0);
        let delay = Duration::from_micros((ms * 1e3) as u64);
        self.count += 1;
        let arguments = (2..call.len()).map(|i| call.get(cx, i)).collect();
        let (due, repeat) = (Instant::now() + delay, repeat.then_some(delay));
        self.waiting.push(Timer { id: self.count, due, repeat, function, arguments });
        Ok(f64::from(self.count).into())
    }

    /// Takes the timer that is due first.
    fn next(&mut self) -> Option<Timer> {
        let i = (0..self.waiting.len()).min_by_key(|&i| (self.waiting[i].due, self.waiting[i].id))?;
        Some(self.waiting.remove(i))
    }
}

fn contents(cx: &mut Context<'_>, call: &Call, i: usize) -> Result<(String, Vec<u8>), Throw> {
    let name = call.text(cx, i)?;
    match crate::files::read(std::path::Path::new(&name)) {
        Ok(bytes) => Ok((name, bytes)),
        Err(message) => Err(cx.throw(ErrorKind::Error, &message)),
    }
}

/// `load(file...)`: runs scripts in the realm; the value of the last.
fn load(cx: &mut Context<'_>, call: &Call) -> Result<JsValue, Throw> {
    let mut value = JsValue::UNDEFINED;
    for i in 0..call.len() {
        let (name, bytes) = contents(cx, call, i)?;
        value = cx.eval(&bytes, &name)?;
    }
    Ok(value)
}

/// `read(file)`: its text.
fn read(cx: &mut Context<'_>, call: &Call) -> Result<JsValue, Throw> {
    let (_, bytes) = contents(cx, call, 0)?;
    Ok(cx.string(&String::from_utf8_lossy(&bytes)))
}

/// `quit(code)`: ends the program.
fn quit(cx: &mut Context<'_>, call: &Call) -> Result<JsValue, Throw> {
    let code = if call.is_empty() { 0.0 } else { call.number(cx, 0)? };
    Err(cx.terminate(Termination::Exit(code as i32)))
}

/// `printErr(...)`: as `print`, to standard error.
fn print_error(cx: &mut Context<'_>, call: &Call) -> Result<JsValue, Throw> {
    let mut words = Vec::new();
    for i in 0..call.len() {
        words.push(call.text(cx, i)?);
    }
    eprintln!("{}", words.join(" "));
    Ok(JsValue::UNDEFINED)
}
