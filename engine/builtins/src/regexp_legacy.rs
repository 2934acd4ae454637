//! The static properties of RegExp that describe the last match (`RegExp.$1`, `RegExp.lastMatch`, ...).
//! Spec: [Legacy RegExp features](https://github.com/tc39/proposal-regexp-legacy-features).

use tierproof_heap::{ObjectRef, StringRef, TaggedArrayRef, Value};
use tierproof_regexp::Captures;
use tierproof_runtime::{Args, Isolate, JsResult};

use crate::install::{self, Accessor};

/// Words: the input, start and end of the match and of nine groups, start and end of the last group.
const INPUT: usize = 0;
const RANGES: usize = 1;
const LAST_PAREN: usize = RANGES + 20;
const WORDS: usize = LAST_PAREN + 2;

macro_rules! groups {
    ($($n:literal)*) => {
        &[$((concat!("$", $n), |cx, args| group(cx, args, $n), Some(ignore))),*]
    };
}
const GROUPS: &[Accessor] = groups!(1 2 3 4 5 6 7 8 9);
const OTHERS: &[Accessor] = &[
    ("input", input, Some(set_input)),
    ("$_", input, Some(set_input)),
    ("lastMatch", last_match, None),
    ("$&", last_match, None),
    ("lastParen", last_paren, None),
    ("$+", last_paren, None),
    ("leftContext", left_context, None),
    ("$`", left_context, None),
    ("rightContext", right_context, None),
    ("$'", right_context, None),
];

pub fn install(cx: &mut Isolate, constructor: ObjectRef) {
    let words = cx.heap.allocate_fixed_array(WORDS, Value::smi(0));
    let empty = cx.realm.strings.empty();
    words.set(&mut cx.heap, INPUT, empty.into());
    cx.realm.regexp_legacy = words.into();
    install::accessors(cx, constructor, GROUPS);
    install::accessors(cx, constructor, OTHERS);
}

/// Remembers a match.
pub fn note(cx: &mut Isolate, s: StringRef, captures: &Captures) {
    let words = crate::regexp::legacy_words(cx);
    words.set(&mut cx.heap, INPUT, s.into());
    let mut put = |at: usize, range: Option<(u32, u32)>| {
        let (from, to) = range.unwrap_or_default();
        words.set(&mut cx.heap, at, Value::smi(from as i32));
        words.set(&mut cx.heap, at + 1, Value::smi(to as i32));
    };
    for i in 0..10 {
        put(RANGES + 2 * i, captures.get(i).copied().flatten());
    }
    put(LAST_PAREN, if captures.len() > 1 { captures.last().copied().flatten() } else { None });
}

fn words(cx: &mut Isolate, args: Args) -> JsResult<TaggedArrayRef> {
    if args.this() == cx.realm.regexp_constructor {
        return Ok(crate::regexp::legacy_words(cx));
    }
    Err(install::incompatible(cx, "get RegExp static property", args.this()))
}

fn part(cx: &mut Isolate, w: TaggedArrayRef, from: usize, to: usize) -> JsResult {
    let s: StringRef = w.get(INPUT).cast();
    Ok(cx.substring(s, from.min(s.len()), to.min(s.len())).into())
}
fn range(cx: &mut Isolate, w: TaggedArrayRef, at: usize) -> JsResult {
    part(cx, w, w.get(at).as_smi() as usize, w.get(at + 1).as_smi() as usize)
}

fn group(cx: &mut Isolate, args: Args, n: usize) -> JsResult {
    let w = words(cx, args)?;
    range(cx, w, RANGES + 2 * n)
}
fn ignore(_: &mut Isolate, _: Args) -> JsResult {
    Ok(Value::UNDEFINED)
}
fn input(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(words(cx, args)?.get(INPUT))
}
fn set_input(cx: &mut Isolate, args: Args) -> JsResult {
    let w = words(cx, args)?;
    let s = cx.to_string(args.get(0))?;
    w.set(&mut cx.heap, INPUT, s.into());
    Ok(Value::UNDEFINED)
}
fn last_match(cx: &mut Isolate, args: Args) -> JsResult {
    let w = words(cx, args)?;
    range(cx, w, RANGES)
}
fn last_paren(cx: &mut Isolate, args: Args) -> JsResult {
    let w = words(cx, args)?;
    range(cx, w, LAST_PAREN)
}
fn left_context(cx: &mut Isolate, args: Args) -> JsResult {
    let w = words(cx, args)?;
    part(cx, w, 0, w.get(RANGES).as_smi() as usize)
}
fn right_context(cx: &mut Isolate, args: Args) -> JsResult {
    let w = words(cx, args)?;
    part(cx, w, w.get(RANGES + 1).as_smi() as usize, usize::MAX)
}
