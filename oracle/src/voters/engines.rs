//! Other engines as voters: a command such as `node {}`, which gets the program in a file, behind a prelude
//! that gives it `print` and `probe`. Where an engine may differ from row one is decided with the help of
//! the reference, by the one table (`legal`).

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tierproof_reference::{Ending, Observed, Probe};

use super::reference::{compare_with, evaluated, observation};
use super::{Vote, legal, limited};
use crate::matrix::Program;
use crate::observation::Observation;
use crate::verdict::Verdict;

/// What a program finds as host. One line, so that the lines of the program are hardly moved; the marks tell
/// probes from prints.
const PRELUDE: &str = r#"(function(){var G=globalThis,S=String,J=JSON.stringify,L=G.$write||(G.console&&G.console.log?G.console.log.bind(G.console):G.print),f=new Float64Array(1),u=new Uint32Array(f.buffer),D=Object.defineProperty;delete G.$write;D(G,"print",{value:function(){var s="",i=0;for(;i<arguments.length;i++)s+=(i?" ":"")+S(arguments[i]);L(s)},writable:true,configurable:true});D(G,"probe",{value:function(v){var t=typeof v,s="\u0002";if(t==="number"){f[0]=v;s+="n"+u[1]+" "+u[0]}else if(t==="string")s+="s"+J(v);else if(v===null)s+="l";else if(t==="undefined")s+="u";else if(t==="boolean")s+=v?"t":"f";else s+=t==="symbol"||t==="bigint"?"x":"o";L(s);return v},writable:true,configurable:true})})();"#;

/// Runs the program with the command and compares.
pub fn vote(program: &Program, command: &str, timeout: Duration, row_one: &Observation) -> Vote {
    if let Some(abstention) = limited(row_one) {
        return abstention;
    }
    let seen = match run(program, command, timeout) {
        Ok(seen) => seen,
        Err(reason) => return Vote::abstains(reason),
    };
    let mut one = row_one.clone();
    one.lines = one.lines.join("\n").split('\n').map(str::to_owned).collect();
    if row_one.lines.is_empty() {
        one.lines.clear();
    }
    let mut verdict = compare_with(&one, &seen, None);
    if verdict.difference().is_some() {
        let reference = evaluated(program, row_one);
        verdict = match &reference.end {
            Ending::NotComparable(reason) if legal::may_differ(reason).is_some() => {
                Verdict::NotComparable(format!("{reason}: {}", legal::may_differ(reason).unwrap_or("")))
            }
            _ => compare_with(&one, &seen, Some(&reference)),
        };
    }
    Vote { verdict, observation: observation(&seen) }
}

/// The program with what it needs before it; directives stay first.
fn with_prelude(program: &Program) -> Vec<u8> {
    let source = &program.source;
    let text = String::from_utf8_lossy(source);
    let code = text.lines().find(|l| !l.trim().is_empty() && !l.trim().starts_with("//")).unwrap_or("");
    let strict =
        code.trim_start().starts_with("\"use strict\"") || code.trim_start().starts_with("'use strict'");
    let mut out = Vec::new();
    out.extend_from_slice(if strict { b"\"use strict\";" } else { b"" });
    out.extend_from_slice(PRELUDE.as_bytes());
    for (name, value) in &program.defines {
        out.extend_from_slice(format!("globalThis.{name}={value};").as_bytes());
    }
    out.push(b'\n');
    out.extend_from_slice(source);
    out
}

/// Whether the command is one that makes a module of a file, where `var`s are no globals.
fn wraps_modules(command: &str) -> bool {
    let first = command.split_whitespace().next().unwrap_or("");
    std::path::Path::new(first).file_name().is_some_and(|n| n == "node" || n == "nodejs")
}

/// A module that runs the text as a script. Its `console` would trip over a program that edits
/// `Array.prototype`, so output goes to the file descriptor.
fn as_script(text: &[u8]) -> Vec<u8> {
    let quoted = serde_json::Value::from(String::from_utf8_lossy(text)).to_string();
    let write = "{const w=require(\"fs\").writeSync;globalThis.$write=s=>{w(1,s+\"\\n\")}}";
    format!("{write}require(\"vm\").runInThisContext({quoted});").into_bytes()
}

fn run(program: &Program, command: &str, timeout: Duration) -> Result<Observed, String> {
    let failed = |e: std::io::Error| format!("`{command}`: {e}");
    let mut file = tempfile::Builder::new().suffix(".js").tempfile().map_err(failed)?;
    let text = with_prelude(program);
    let text = if wraps_modules(command) { as_script(&text) } else { text };
    file.write_all(&text).map_err(failed)?;
    let path = file.path().display().to_string();
    let mut words = command.split_whitespace().map(|w| w.replace("{}", &path));
    let first = words.next().ok_or("an engine needs a command")?;
    let mut child = Command::new(first)
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let reader = |pipe: Option<Box<dyn Read + Send>>| {
        std::thread::spawn(move || {
            let mut text = Vec::new();
            if let Some(mut p) = pipe {
                let _ = p.read_to_end(&mut text);
            }
            String::from_utf8_lossy(&text).into_owned()
        })
    };
    let out = reader(child.stdout.take().map(|p| Box::new(p) as Box<dyn Read + Send>));
    let err = reader(child.stderr.take().map(|p| Box::new(p) as Box<dyn Read + Send>));
    let start = Instant::now();
    let status = loop {
        match child.try_wait().map_err(failed)? {
            Some(status) => break status,
            None if start.elapsed() > timeout => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("`{command}`: no end after {} s", timeout.as_secs()));
            }
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    let (out, err) = (out.join().unwrap_or_default(), err.join().unwrap_or_default());
    let (mut lines, mut probes) = (Vec::new(), Vec::new());
    for line in out.lines() {
        match line.strip_prefix('\u{2}') {
            Some(p) => probes.push(probe(p)),
            None => lines.push(line.to_owned()),
        }
    }
    let end = match status.code() {
        Some(0) => Ending::Completed(None),
        Some(_) => Ending::Threw(error_name(&err)),
        None => return Err(format!("`{command}` was ended by a signal")),
    };
    Ok(Observed { lines, probes, end, steps: 0 })
}

/// What the prelude wrote for a value.
fn probe(text: &str) -> Probe {
    let rest = text.get(1..).unwrap_or("");
    match text.as_bytes().first() {
        Some(b'n') => {
            let words: Vec<u64> = rest.split(' ').filter_map(|w| w.parse().ok()).collect();
            Probe::Number(f64::from_bits(words.first().unwrap_or(&0) << 32 | words.get(1).unwrap_or(&0)))
        }
        Some(b's') => match serde_json::from_str::<String>(rest) {
            Ok(s) => Probe::String(s.encode_utf16().collect()),
            // a lone surrogate, which no Rust string holds
            Err(_) => Probe::String(vec![tierproof_reference::OPAQUE]),
        },
        Some(b'l') => Probe::Null,
        Some(b'u') => Probe::Undefined,
        Some(b't') => Probe::Boolean(true),
        Some(b'f') => Probe::Boolean(false),
        Some(b'o') => Probe::Object,
        _ => Probe::Other,
    }
}

/// The name of the error that ended it, with opaque text behind, if a line of standard error begins with one.
fn error_name(text: &str) -> Option<String> {
    let mark = char::from_u32(u32::from(tierproof_reference::OPAQUE))?;
    text.lines().find_map(|line| {
        let line = line.trim_start_matches("Uncaught ");
        let word: &str = line.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
        let named =
            word.ends_with("Error") && line[word.len()..].chars().next().is_none_or(|c| c == ':' || c == ' ');
        named.then(|| format!("{word}{mark}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probes_come_back_exactly() {
        assert!(matches!(probe("n2147483648 0"), Probe::Number(n) if n == 0.0 && n.is_sign_negative()));
        assert!(matches!(probe("n1073217536 0"), Probe::Number(1.5)));
        assert!(matches!(probe("s\"a\\n\""), Probe::String(s) if s == [97, 10]));
        assert!(matches!(
            (probe("u"), probe("l"), probe("x")),
            (Probe::Undefined, Probe::Null, Probe::Other)
        ));
    }

    #[test]
    fn directives_stay_first() {
        let program = |s: &str| Program { name: "t".into(), source: s.into(), defines: vec![] };
        let text = with_prelude(&program("// head\n'use strict';\nx = 1"));
        assert!(text.starts_with(b"\"use strict\";(function"));
        assert!(with_prelude(&program("print(1)")).starts_with(b"(function"));
    }

    #[test]
    fn errors_are_found_among_what_an_engine_says() {
        let mark = char::from_u32(u32::from(tierproof_reference::OPAQUE)).unwrap();
        let said = "evalmachine:3\n  throw new Error(1)\n  ^\n\nRangeError: x\n    at f";
        assert_eq!(error_name(said), Some(format!("RangeError{mark}")));
        assert_eq!(error_name("Segmentation fault"), None);
        assert!(wraps_modules("/usr/bin/node --jitless {}") && !wraps_modules("qjs {}"));
    }

    #[test]
    fn any_command_can_vote() {
        let program = Program { name: "t.js".into(), source: b"print(1)".to_vec(), defines: vec![] };
        let row_one = |line: &str| {
            let end = crate::End::Completed("undefined".into());
            Observation { lines: vec![line.into()], end, ..Observation::panicked(String::new()) }
        };
        let v = |one: &str, command: &str| {
            vote(&program, command, Duration::from_secs(20), &row_one(one)).verdict
        };
        assert_eq!(v("1", "echo 1"), Verdict::Same);
        assert!(v("1", "echo 2").difference().is_some());
        assert!(v("1", "false").difference().is_some());
        assert!(matches!(v("1", "no-such-engine {}"), Verdict::NotComparable(_)));
    }
}
