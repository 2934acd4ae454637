//! Snapshots of the bytecode of small functions, under `snapshots/bytecode`. Review changes with
//! `cargo insta review`; a test run never accepts them by itself.

use insta::Settings;
use tierproof_bytecode::verify::verify;

/// Name and source of each program. One construct each, so that a change shows where it belongs.
const PROGRAMS: &[(&str, &str)] = &[
    ("add", "function f(a, b) { return a + b * 2; }"),
    ("smi_operations", "function f(a) { return (a - 1) | (a * 3) & 7 ^ a << 2; }"),
    ("comparison_chain", "function f(a, b) { return a < b && b !== 3 || !(a >= b); }"),
    ("conditional", "function f(a) { if (a > 10) return 1; else if (a) return 2; return a ? 3 : 4; }"),
    ("counting_loop", "function f(n) { let s = 0; for (let i = 0; i < n; i++) s += i; return s; }"),
    (
        "while_break_continue",
        "function f(n) { while (true) { if (n-- < 0) break; if (n & 1) continue; n -= 2; } return n; }",
    ),
    (
        "nested_labels",
        "function f(n) { a: for (;;) { for (let i = 0; ; i++) { if (i > n) break a; if (i & 1) continue a; } } return n; }",
    ),
    ("property_access", "function f(o, k) { o.x = o.y + o[k]; o[k] = o?.z?.[1]; return delete o.x; }"),
    ("element_loop", "function f(a) { let s = 0; for (let i = 0; i < a.length; i++) s += a[i]; return s; }"),
    ("compound_assignment", "function f(o, k) { o.x += 1; o[k] ||= 2; o.y ??= 3; return o.z++; }"),
    ("calls", "function f(g, o) { g(); g(1, 2); o.m(3); return new g(o, ...o); }"),
    ("closure", "function f(x) { return () => x++; }"),
    (
        "captured_loop_variable",
        "function f(n) { const r = []; for (let i = 0; i < n; i++) r.push(() => i); return r; }",
    ),
    ("default_and_rest", "function f(a, b = a + 1, ...r) { return b + r.length; }"),
    ("destructure_array", "function f(p) { const [a, , b = 2, ...c] = p; return a + b + c.length; }"),
    ("destructure_object", "function f({ a, b: { c = 1 } = {}, ...r }) { return [a, c, r]; }"),
    ("swap", "function f(a, b) { [a, b] = [b, a]; return a - b; }"),
    (
        "object_literal",
        "function f(a) { return { a, b: 1, ['c' + a]: 2, get d() { return 3; }, m() {}, ...a }; }",
    ),
    ("array_literal", "function f(a) { return [1, , a, ...a, 2.5]; }"),
    ("generator", "function* f(a) { try { const b = yield a; return b; } finally { yield* a; } }"),
    ("async_function", "async function f(a) { for await (const b of a) { if (await b) return b; } }"),
    ("private_names", "class C { #a = 1; get #b() { return #a in this; } f(o) { o.#a += this.#b; } }"),
    ("direct_eval", "function f(a) { let b = eval('a + 1'); return () => eval(b); }"),
    ("with_statement", "function f(o, x) { with (o) { x = g(x); } }"),
    ("using_declarations", "async function f(a) { using b = a; { await using c = a; return b; } }"),
    ("tagged_template", "function f(a, t) { return t`x${a}y` + a.t`z`; }"),
    ("template", "function f(a, b) { return `x${a}y${b + 1}z`; }"),
    ("try_catch_finally", "function f(g) { try { return g(); } catch (e) { return e; } finally { g(1); } }"),
    ("throw_in_loop", "function f(a) { for (const x of a) { try { if (x) throw x; } catch { continue; } } }"),
    ("for_of", "function f(a) { let s = 0; for (const x of a) s += x; return s; }"),
    ("for_in", "function f(o) { let s = ''; for (const k in o) s += k; return s; }"),
    (
        "switch",
        "function f(x) { switch (x) { case 1: return 'a'; case 'b': x = 2; default: x++; case 3: break; } return x; }",
    ),
    (
        "class_with_super",
        "class A { constructor(x) { this.x = x; } m() { return 1; } } class f extends A { constructor(a) { super(a); this.y = 1; } m() { return super.m() + this.y; } get g() { return this.x; } static s() {} }",
    ),
    ("arguments_mapped", "function f(a) { arguments[0] = 2; return a + arguments.length; }"),
    ("arguments_strict", "function f(a) { 'use strict'; arguments[0] = 2; return a; }"),
    (
        "typeof_and_in",
        "function f(a, o) { return typeof a === 'number' && 'x' in o && a instanceof o && typeof missing; }",
    ),
    ("temporal_dead_zone", "function f(c) { if (c) return x; let x = 1; return () => x; }"),
    ("globals", "var g = 1; let l = 2; function f() { g = l; l = g + missing; return typeof missing; }"),
    ("exponent_and_unary", "function f(a) { return (-a) ** 2 === +a ? ~a : void a; }"),
    ("generic_recursion", "function f(n) { return n < 2 ? n : f(n - 1) + f(n - 2); }"),
];

#[test]
fn bytecode() {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/bytecode"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (name, text) in PROGRAMS {
        let source = tierproof_syntax::parse(text.as_bytes(), name).unwrap_or_else(|e| panic!("{name}: {e}"));
        let program = tierproof_bytegen::compile_all(&source).unwrap_or_else(|e| panic!("{name}: {e}"));
        for template in &program.templates {
            verify(template).unwrap_or_else(|e| panic!("{name}: {e}\n{template}"));
        }
        settings.set_description(*text);
        settings.bind(|| insta::assert_snapshot!(*name, program.to_string()));
    }
}

#[test]
fn bytecode_is_stable_across_compilations() {
    for (name, text) in PROGRAMS {
        let print = || {
            let source = tierproof_syntax::parse(text.as_bytes(), name).ok()?;
            Some(tierproof_bytegen::compile_all(&source).ok()?.to_string())
        };
        assert_eq!(print(), print(), "{name}");
        assert!(print().is_some_and(|p| !p.contains("0x")), "{name}: an address in the print?");
    }
}
