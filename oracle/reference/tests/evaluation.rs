//! Programs and what they print, an area of the language each; and what the evaluator refuses to judge.

use tierproof_reference::{Ending, Limits, OPAQUE, evaluate};

fn lines(source: &str) -> Vec<String> {
    let seen = evaluate(source.as_bytes(), "t.js", &[], Limits::default());
    assert!(matches!(seen.end, Ending::Completed(_)), "{source}\n{:?}", seen.end);
    seen.lines
}

#[track_caller]
fn prints(source: &str, expected: &str) {
    assert_eq!(lines(source).join("\n"), expected, "{source}");
}

fn end(source: &str) -> Ending {
    let limits = Limits { steps: 2_000_000, objects: 100_000, ..Limits::default() };
    evaluate(source.as_bytes(), "t.js", &[], limits).end
}

#[test]
fn bindings_and_closures() {
    prints("let f = []; for (let i = 0; i < 3; i++) f.push(() => i); print(f.map(g => g()))", "0,1,2");
    prints("try { x; let x = 1 } catch (e) { print(e.name) }", "ReferenceError");
    prints(
        "print(typeof h, typeof v); { function h() {} } var v; print(typeof h)",
        "undefined undefined\nfunction",
    );
    prints("const c = 1; try { c = 2 } catch (e) { print(e.name, c) }", "TypeError 1");
    prints("(function f() { f = 1; print(typeof f) })()", "function");
    prints("with ({ a: 1, b: 2 }) { a = 5; print(a, b) }", "5 2");
    prints("function f() { eval('var q = 3'); return q } print(f())", "3");
}

#[test]
fn functions_and_arguments() {
    prints(
        "function f(a, b = a + 1, ...r) { return [a, b, r.length, f.length] } print(f(1), f(1, 2, 3, 4))",
        "1,2,0,1 1,2,2,1",
    );
    prints("function f(a) { arguments[0] = 9; return a } print(f(1))", "9");
    prints("function f(a) { 'use strict'; arguments[0] = 9; return a } print(f(1))", "1");
    prints("print((() => {}).name, (function () {}).name); let g = () => {}; print(g.name)", " \ng");
    prints("print(function  f ( a ) { return a }.toString())", "function  f ( a ) { return a }");
}

#[test]
fn classes() {
    prints(
        "class A { #x = 1; static s = 2; get x() { return this.#x } static has(o) { return #x in o } m() { return 'A' } }\n\
         class B extends A { y = this.x + 1; m() { return super.m() + 'B' } }\n\
         const b = new B(); print(b.x, b.y, A.s, A.has(b), A.has({}), b.m(), B.name)",
        "1 2 2 true false AB B",
    );
    prints(
        "class A { constructor ( ) { } m ( ) { } } print(A, A.prototype.m)",
        "class A { constructor ( ) { } m ( ) { } } m ( ) { }",
    );
    prints("class A {} try { A() } catch (e) { print(e.name) }", "TypeError");
    prints(
        "class A { constructor() { return { z: 1 } } } class B extends A { q = 2 } print(JSON.stringify(new B()))",
        "{\"z\":1,\"q\":2}",
    );
}

#[test]
fn destructuring_in_order() {
    prints(
        "let log = ''; const o = { get a() { log += 'a'; return undefined }, get b() { log += 'b'; return 2 } };\n\
         const { a = (log += 'd', 1), b, ...r } = o; print(a, b, log, Object.keys(r).length)",
        "1 2 adb 0",
    );
    prints(
        "let log = ''; const it = { [Symbol.iterator]() { return { next() { log += 'n'; return { value: 1, done: false } },\n\
         return() { log += 'r'; return {} } } } }; const [x, , y] = it; print(x, y, log)",
        "1 1 nnnr",
    );
}

#[test]
fn generators_and_async() {
    prints(
        "function* g() { try { const x = yield 1; print(x); yield 2 } finally { print('f') } }\n\
         const i = g(); i.next(); print(i.next('v').value); print(JSON.stringify(i.return(7)))",
        "v\n2\nf\n{\"value\":7,\"done\":true}",
    );
    prints(
        "async function f() { print(1); await null; print(3); throw 5 } f().catch(e => print(e)); print(2)",
        "1\n2\n3\n5",
    );
    prints(
        "async function* g() { yield 1; yield Promise.resolve(2) } (async () => { for await (const v of g()) print(v) })()",
        "1\n2",
    );
    prints("function* g() { yield* [1, 2]; return 3 } print([...g()])", "1,2");
}

#[test]
fn numbers_and_strings() {
    prints(
        "print(0.1 + 0.2, 1e21, 1e-7, -0, 5e-324, 1.7976931348623157e308, 123456789012345680000)",
        "0.30000000000000004 1e+21 1e-7 0 5e-324 1.7976931348623157e+308 123456789012345680000",
    );
    prints(
        "print((1.005).toFixed(2), (25).toString(2), (0.000001).toPrecision(2), (12345.678).toExponential(3), (-1.5).toFixed(0))",
        "1.00 11001 0.0000010 1.235e+4 -2",
    );
    // as short and as close as 1572893.9985351563, and even
    prints("print(1572893.99853515625)", "1572893.9985351562");
    prints(
        "print(-7n / 2n, -7n % 3n, -5n >> 1n, 2n ** 64n, BigInt.asIntN(8, 255n), -(2n ** 64n) >> 64n)",
        "-3 -1 -3 18446744073709551616 -1 -1",
    );
    prints(
        "print('a-b-c'.split('-'), 'abc'.replace('b', '[$&$`]'), 'x'.padStart(3, 'ab'), ' a '.trim() + '|')",
        "a,b,c a[ba]c abx a|",
    );
    prints(
        "print(parseInt('0x1f'), parseInt('12px'), Number(''), Number(' 12 '), Number('1_0'), +[], +{})",
        "31 12 0 12 NaN 0 NaN",
    );
}

#[test]
fn exotic_objects() {
    prints("const a = [1, 2, 3]; a.length = 1; a[3] = 4; print(a, a.length, 1 in a)", "1,,,4 4 false");
    prints(
        "const a = []; Object.defineProperty(a, 'length', { writable: false }); try { 'use strict'; a.push(1) } catch (e) { print(e.name) }",
        "TypeError",
    );
    prints(
        "const p = new Proxy({}, { get(t, k) { return k }, has() { return true } }); print(p.x, 'q' in p)",
        "x true",
    );
    prints(
        "const t = new Uint8Array([257, -1, 1.9]); t[5] = 1; print(t, '5' in t, t.length)",
        "1,255,1 false 3",
    );
    prints(
        "const t = new Uint8Array(4); t[0] = { valueOf() { t.buffer.transfer(); return 1 } }; print(t.length, t[0])",
        "0 undefined",
    );
    prints("print(Object.keys('ab'), Object.getOwnPropertyNames('ab'))", "0,1 0,1,length");
    prints("const o = { b: 1, 2: 1, a: 1, 1: 1 }; print(Object.keys(o))", "1,2,b,a");
}

#[test]
fn collections_json_promises() {
    prints("const m = new Map([[NaN, 1], [0, 2]]); print(m.get(NaN), m.get(-0), [...m.keys()])", "1 2 NaN,0");
    prints(
        "const s = new Set([1, 2, 3]); for (const v of s) { if (v < 3) s.delete(v); if (v === 1) s.add(4) } print([...s])",
        "3,4",
    );
    prints(
        "print(JSON.stringify({ a: [1, undefined, () => 1], b: undefined, c: 'x\\n', d: { toJSON() { return 5 } } }))",
        "{\"a\":[1,null,null],\"c\":\"x\\n\",\"d\":5}",
    );
    prints(
        "print(JSON.stringify(JSON.parse('{\"a\":[1,2,{\"b\":null}]}', (k, v) => v === 1 ? 9 : v), null, 1).length)",
        "45",
    );
    prints(
        "Promise.all([1, Promise.resolve(2)]).then(v => print(v)); Promise.any([Promise.reject(1)]).catch(e => print(e.name, e.errors))",
        "1,2\nAggregateError 1",
    );
}

#[test]
fn labels_and_finally() {
    prints(
        "let r = ''; a: for (let i = 0; i < 3; i++) { for (;;) { try { r += i; continue a } finally { r += 'f' } } } print(r)",
        "0f1f2f",
    );
    prints("function f() { try { return 1 } finally { return 2 } } print(f())", "2");
    prints("switch (3) { default: print('d'); case 1: print(1); break; case 2: print(2) }", "d\n1");
}

#[test]
fn messages_of_the_implementation_are_opaque() {
    let mark = char::from_u32(u32::from(OPAQUE)).unwrap();
    prints(
        "try { null.x } catch (e) { print(e.message + '!', String(e)) }",
        &format!("{mark}! TypeError: {mark}"),
    );
    for looked_into in
        ["e.message.length", "e.message === 'a'", "e.message < 'b'", "({})[e.message]", "+e.message"]
    {
        let program = format!("try {{ null.x }} catch (e) {{ print({looked_into}) }}");
        let expected = Ending::NotComparable("text that belongs to the implementation".into());
        assert_eq!(end(&program), expected, "{program}");
    }
}

#[test]
fn what_is_outside_is_named() {
    for (program, what) in [
        ("/a/", "regular expression"),
        ("new Date()", "Date"),
        ("for (;;) ;", "limit: steps"),
        ("(function f() { f() })()", "limit: recursion"),
        ("function* g() { yield* g() } [...g()]", "limit: "),
        ("const a = []; for (;;) a.push({})", "limit: "),
        ("let s = 'a'; for (;;) s += s", "limit: length of a string"),
        ("2n ** 1000000n", "limit: digits of a BigInt"),
        (
            "let n = 0; [3, 1, 2].sort((a, b) => (n++, a - b)); print(n)",
            "sort with a comparison that has effects",
        ),
        ("[1, 2, 3].sort(() => 1)", "sort with an inconsistent comparison"),
        ("for (const k in { a: 1, b: 2, __proto__: o = { c: 1 } }) o.d = 1; var o", "for-in over"),
        ("try { null.x } finally { print(Intl) }", "Intl"),
    ] {
        let Ending::NotComparable(reason) = end(program) else { panic!("{program}: {:?}", end(program)) };
        assert!(reason.starts_with(what), "{program}: {reason}");
    }
}

#[test]
fn suspended_bodies_are_let_go_at_the_end() {
    let program = "const keep = []; for (let i = 0; i < 200; i++) { const g = (function* () { try { yield 1 } finally { print('no') } })(); g.next(); keep.push(g) }\n\
                   (async () => { try { await new Promise(() => 0) } finally { print('no') } })(); print('end')";
    for _ in 0..3 {
        prints(program, "end");
    }
}

#[test]
fn endings() {
    assert_eq!(end("1; if (false) 2;"), Ending::Completed(Some("undefined".into())));
    assert_eq!(end("throw new RangeError('a')"), Ending::Threw(Some("RangeError: a".into())));
    assert_eq!(end("throw 5"), Ending::Threw(Some("5".into())));
    assert_eq!(end("throw {}"), Ending::Threw(None));
    assert_eq!(end("let let = 1"), Ending::Syntax);
    let defined = evaluate(b"print(N * 2)", "t.js", &[("N".into(), 1.5)], Limits::default());
    assert_eq!(defined.lines, ["3"]);
}
