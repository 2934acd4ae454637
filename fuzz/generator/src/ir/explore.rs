//! Exploration and probing: a program is run once with recording, and then changed by what was seen.
//!
//! Exploration looks at values at a few places and does there what the values can do: properties they have,
//! methods, the last element and the one behind it, the very number. Probing hands a watching proxy on instead
//! of an object, and gives the object the properties that were asked for and not there.

use super::build::Builder;
use super::lift;
use super::op::{Attr, Effect, Op};
use super::program::{Instr, Program, Var, Walk, verify};
use super::types::{Kind, Type};
use crate::choices::Choices;

/// Values looked at.
const PLACES: u32 = 4;
/// First character of recorded lines.
const MARK: char = '\u{1}';

/// What stands before a recording program. Each place reports once.
const PROLOGUE: &str = r#"var seen = {};
function see(n, v) {
  if (seen[n]) return;
  seen[n] = true;
  let text = typeof v;
  if (v === null) text = "null";
  else if (Array.isArray(v)) text = "array\t" + v.length;
  else if (ArrayBuffer.isView(v)) text = "typed\t" + v.length;
  else if (typeof v === "object") {
    const own = Object.getOwnPropertyNames(v).slice(0, 6);
    const proto = Object.getPrototypeOf(v);
    const more = proto && proto !== Object.prototype ? Object.getOwnPropertyNames(proto).slice(0, 6) : [];
    for (const k of own.concat(more)) {
      let kind = "any";
      try { kind = typeof v[k]; } catch (e) {}
      text += "\t" + k + "\t" + kind;
    }
  } else if (typeof v === "function") text += "\t" + v.length;
  else if (typeof v === "number" || typeof v === "string") text += "\t" + String(v).slice(0, 40);
  print("\u0001see\t" + n + "\t" + text);
}
function watch(n, v) {
  if (v === null || typeof v !== "object") return v;
  const missing = (k) => {
    if (typeof k === "string" && !(k in v) && !seen[n + k]) {
      seen[n + k] = true;
      print("\u0001miss\t" + n + "\t" + k);
    }
  };
  return new Proxy(v, {
    get(t, k, r) { missing(k); return Reflect.get(t, k, r); },
    has(t, k) { missing(k); return Reflect.has(t, k); },
  });
}
"#;

/// A place in front of an operation, and a variable that can be seen there.
struct Look {
    at: usize,
    var: Var,
}

fn looks(p: &Program, choices: &mut Choices) -> Vec<Look> {
    let literal: Vec<Var> = p
        .code
        .iter()
        .filter(|i| i.op.info().effect == Effect::Literal)
        .flat_map(|i| i.outputs.clone())
        .collect();
    let places = super::mutate::places(p);
    let mut out: Vec<Look> = Vec::new();
    for _ in 0..PLACES {
        if places.is_empty() {
            break;
        }
        let at = *choices.pick(&places);
        let walk = walk_to(p, at);
        let vars: Vec<Var> = walk.usable().filter(|v| !literal.contains(v)).collect();
        if !vars.is_empty() && out.iter().all(|l| l.at != at) {
            out.push(Look { at, var: *choices.pick(&vars) });
        }
    }
    out.sort_by_key(|l| l.at);
    out
}

fn walk_to(p: &Program, at: usize) -> Walk {
    let mut w = Walk::new(p.vars);
    for i in &p.code[..at] {
        // the program is verified
        let _ = w.step(i);
    }
    w
}

/// Lines of a recording run, split at tabs.
fn recorded(p: &Program, run: &mut dyn FnMut(&str) -> Vec<String>) -> Vec<Vec<String>> {
    let text = format!("{PROLOGUE}{}", lift(p));
    run(&text)
        .iter()
        .filter_map(|l| l.strip_prefix(MARK))
        .map(|l| l.split('\t').map(str::to_owned).collect())
        .collect()
}

/// The program with something done where values were looked at. `run` runs a text and yields its lines.
pub fn explore(
    p: &Program,
    choices: &mut Choices,
    run: &mut dyn FnMut(&str) -> Vec<String>,
) -> Option<Program> {
    let looks = looks(p, choices);
    let mut watched = p.clone();
    for (n, l) in looks.iter().enumerate().rev() {
        let see = Instr::with(Op::Source, Attr::texts([format!("see({n}, "), ");".into()]), &[l.var]);
        watched.code.insert(l.at, see);
    }
    let mut out = p.clone();
    let mut lines = recorded(&watched, run);
    // from the back, so that places stay where they are
    lines.sort_by_key(|l| std::cmp::Reverse(l.get(1).and_then(|n| n.parse::<usize>().ok())));
    for line in lines {
        let Some(look) = line.get(1).and_then(|n| looks.get(n.parse::<usize>().ok()?)) else { continue };
        if line[0] != "see" || line.len() < 3 {
            continue;
        }
        let mut b = Builder::at(&out, look.at, choices);
        act(&mut b, look.var, &line[2], &line[3..]);
        let (code, vars) = (b.code, b.vars);
        out.code.splice(look.at..look.at, code);
        out.vars = out.vars.max(vars);
    }
    finished(p, out)
}

/// The program in which an object has what it was asked for in vain.
pub fn probe(
    p: &Program,
    choices: &mut Choices,
    run: &mut dyn FnMut(&str) -> Vec<String>,
) -> Option<Program> {
    let looks = looks(p, choices);
    let look = looks.first()?;
    let mut watched = p.clone();
    let proxy = watched.fresh();
    for i in &mut watched.code[look.at..] {
        let from = usize::from(i.op.info().assigns);
        i.inputs.iter_mut().skip(from).filter(|v| **v == look.var).for_each(|v| *v = proxy);
    }
    let attr = Attr::texts(["watch(0, ", ")"]);
    watched
        .code
        .insert(look.at, Instr { outputs: vec![proxy], ..Instr::with(Op::SourceValue, attr, &[look.var]) });
    // where the variable is used further out, the proxy is not seen
    verify(&watched).ok()?;
    let keys: Vec<String> =
        recorded(&watched, run).into_iter().filter(|l| l[0] == "miss").filter_map(|mut l| l.pop()).collect();
    if keys.is_empty() {
        return None;
    }
    let key = choices.pick(&keys).clone();
    let mut b = Builder::at(p, look.at, choices);
    match b.choices.below(3) {
        0 => {
            let v = b.argument(&Type::any());
            b.effect(Op::Set, Attr::text(&key), &[look.var, v]);
        }
        1 => getter(&mut b, look.var, &key),
        _ => {
            // somewhere up the chain
            let v = b.argument(&Type::any());
            let o = b.fresh(Type::of(Kind::Object));
            b.emit(Instr { outputs: vec![o], ..Instr::new(Op::Object) });
            b.effect(Op::Property, Attr::text(&key), &[v]);
            b.end();
            let g = b.global("Object");
            b.value(Op::CallMethod, Attr::text("setPrototypeOf"), &[g, look.var, o], Type::any());
        }
    }
    let (code, vars) = (b.code, b.vars);
    let mut out = p.clone();
    out.code.splice(look.at..look.at, code);
    out.vars = out.vars.max(vars);
    finished(p, out)
}

fn finished(before: &Program, mut p: Program) -> Option<Program> {
    if p == *before || p.code.len() > super::mutate::LONGEST || verify(&p).is_err() {
        return None;
    }
    p.renumber();
    Some(p)
}

/// `Object.defineProperty(o, key, { get() { .. }, configurable: true })`
fn getter(b: &mut Builder, o: Var, key: &str) {
    let (k, yes) = (
        b.value(Op::String, Attr::text(key), &[], Type::of(Kind::String)),
        b.value(Op::Boolean, Attr::text("true"), &[], Type::of(Kind::Boolean)),
    );
    let descriptor = b.fresh(Type::of(Kind::Object));
    b.emit(Instr { outputs: vec![descriptor], ..Instr::new(Op::Object) });
    b.effect(Op::Property, Attr::text("configurable"), &[yes]);
    b.open(Op::Method, Attr::text("get"), &[], &[]);
    b.body(None, |b| {
        let this = b.value(Op::This, Attr::None, &[], Type::of(Kind::Object));
        let (name, v) = (b.name(), b.argument(&Type::any()));
        // what asks gets the answer, and another object than before
        if name != key {
            b.effect(Op::Set, Attr::text(name), &[this, v]);
        }
        let r = b.any_number();
        b.effect(Op::Return, Attr::None, &[r]);
    });
    b.end();
    let g = b.global("Object");
    b.value(Op::CallMethod, Attr::text("defineProperty"), &[g, o, k, descriptor], Type::any());
}

/// What can be done with a value of which this was seen.
fn act(b: &mut Builder, v: Var, kind: &str, seen: &[String]) {
    let number = |n: usize| seen.get(n).and_then(|t| t.parse::<f64>().ok());
    match kind {
        "object" if seen.len() >= 2 => {
            let n = b.choices.below(seen.len() as u32 / 2) as usize * 2;
            let (key, is) = (&seen[n], seen[n + 1].as_str());
            match (b.choices.below(5), is) {
                (_, "function") => {
                    let x = b.any_number();
                    b.value(Op::CallMethod, Attr::text(key), &[v, x], Type::any());
                }
                (0, _) => {
                    b.value(Op::Get, Attr::text(key), &[v], Type::any());
                }
                (1, _) => {
                    b.value(Op::Delete, Attr::text(key), &[v], Type::of(Kind::Boolean));
                }
                (2, "number") => {
                    let x = b.any_number();
                    b.value(Op::UpdateProperty, Attr::texts(["+=", key.as_str()]), &[v, x], Type::any());
                }
                (3, _) => getter(b, v, key),
                _ => {
                    let x = b.argument(&Type::any());
                    b.effect(Op::Set, Attr::text(key), &[v, x]);
                }
            }
        }
        "array" | "typed" => {
            let length = number(0).unwrap_or(0.0).min(1000.0);
            let at = match b.choices.below(4) {
                0 => length,
                1 => length - 1.0,
                2 => length + 1.0,
                _ => 0.0,
            };
            let i = b.number(at);
            match b.choices.below(4) {
                0 if kind == "array" => {
                    let n = b.number(at.max(0.0));
                    b.effect(Op::Set, Attr::text("length"), &[v, n]);
                }
                1 => {
                    let x = b.any_number();
                    b.effect(Op::SetIndex, Attr::None, &[v, i, x]);
                }
                2 if kind == "array" => {
                    let x = b.argument(&Type::any());
                    b.effect(Op::SetIndex, Attr::None, &[v, i, x]);
                }
                _ => {
                    let x = b.value(Op::GetIndex, Attr::None, &[v, i], Type::any());
                    b.probe(x);
                }
            }
        }
        // not within functions, where it could be a call of what is running
        "function" if b.walk.context() & super::op::context::FUNCTION == 0 => {
            let n = number(0).unwrap_or(1.0).min(4.0) as usize;
            let arguments: Vec<Var> = (0..n).map(|_| b.any_number()).collect();
            let r = b.call(v, &arguments);
            b.probe(r);
        }
        "number" => {
            let n = number(0).unwrap_or(f64::NAN);
            let n = b.number(n);
            let op = *b.choices.pick(&["===", "<=", ">"]);
            let test = b.value(Op::Binary, Attr::text(op), &[v, n], Type::of(Kind::Boolean));
            if b.effect(Op::If, Attr::None, &[test]) {
                super::generators::statements(b, 2);
                b.end();
            }
        }
        "string" => {
            let i = b.small();
            let code = b.value(Op::CallMethod, Attr::text("charCodeAt"), &[v, i], Type::number());
            b.probe(code);
        }
        _ => b.probe(v),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_is_used() {
        let p = super::super::import("const o = { x: 1, y: 2 };\nprint(o.x);\nprint(o.z);\n").unwrap();
        let mut changed = 0;
        for seed in 0..40 {
            let mut c = Choices::from_seed(seed);
            let mut run = |text: &str| {
                assert!(tierproof_syntax::parse(text.as_bytes(), "recording.js").is_ok(), "{text}");
                vec!["1".to_owned(), "\u{1}see\t0\tobject\tx\tnumber\ty\tnumber".into()]
            };
            if let Some(q) = explore(&p, &mut c, &mut run) {
                changed += 1;
                assert!(tierproof_syntax::parse(lift(&q).as_bytes(), "explored.js").is_ok(), "{q}");
            }
            let mut run = |_: &str| vec!["\u{1}miss\t0\tzz".to_owned()];
            if let Some(q) = probe(&p, &mut c, &mut run) {
                changed += 1;
                assert!(lift(&q).contains("zz"), "{q}");
            }
        }
        assert!(changed > 30, "{changed}");
    }
}
