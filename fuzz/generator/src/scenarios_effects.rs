//! Scenarios about side effects: something is read (or written), then code runs that may change it,
//! then it is read again. The reading function, the way the other code comes to run, and what that
//! code does are chosen independently; every mistake about what an operation may write shows.

use crate::context::Context;

/// Something with state: how to make it, read it and write it, and what can happen to it. All are
/// templates over the global `$s`, or over the parameter `s` of the reading function.
struct State {
    make: &'static str,
    read: &'static [&'static str],
    write: &'static [&'static str],
    /// Over `$s`; `n` is a counter of calls.
    change: &'static [&'static str],
}

const STATES: &[State] = &[
    State {
        make: "‹[1, 2, 3, 4]¦[0.5, 1.5, 2.5]¦[1, 0.5, \"s\", 4]¦[1, , 3, 4]¦[@i, @i, @i]¦[@n, @n, @n]›",
        read: &["s[0]", "s[1]", "s[k]", "s[k + 1]", "s.length", "s[s.length - 1]"],
        write: &["s[0] = k;", "s[k] = 7;", "s[1] = 0.5;", "s[k]++;"],
        change: &[
            "$s[0] = $s[0] + 1;",
            "$s[1] = n;",
            "$s[0] = 0.5;",
            "$s[1] = \"t\" + n;",
            "$s[0] = { n };",
            "if ($s.length < 30) $s.push(n);",
            "$s.pop();\n$s.unshift(n);",
            "$s.length = 2;\n$s[2] = n;",
            "$s.reverse();",
            "$s.fill(n);",
            "$s.splice(0, 1, n, n + 0.5);\n$s.length = 4;",
            "$s[n & 31] = n;",
            "delete $s[0];",
            "$s.sort((x, y) => y - x);",
            "$s.shift();\n$s.push(-n);",
        ],
    },
    State {
        make: "‹[[1, 2], [3, 4]]¦[[0.5, 1], [2]]¦[[1, 2], [0.5], [\"s\"]]›",
        read: &["s[0][0]", "s[k & 1][0]", "s[0][1]", "s[1].length", "s[0][0] + s[1][0]"],
        write: &["s[0][0] = k;", "s[k & 1] = [k, 1.5];", "s[1][0] = 0.5;", "s[0][1] = s[0][0];"],
        change: &[
            "$s[0] = [n, n];",
            "$s[1] = [n + 0.5, 1];",
            "$s[0][0] = n;",
            "$s[n & 1][0] = 0.25;",
            "$s[0][1] = {};",
            "$s[1] = $s[0];",
            "$s.reverse();",
            "$s[0].push(n);\nif ($s[0].length > 9) $s[0].length = 1;",
        ],
    },
    State {
        make: "‹{ x: 1, y: 2 }¦{ y: 0.5, x: 3 }¦{ a: 1, b: 2, c: 3, d: 4, x: 5, y: 6 }¦{ x: \"s\", y: {} }¦{ __proto__: { y: 7 }, x: 1 }›",
        read: &["s.x", "s.y", "s.x + s.y", "s[k ? \"x\" : \"y\"]", "(\"y\" in s)", "s.z"],
        write: &["s.x = k;", "s.y = 0.5;", "s.x++;", "s.z = k;"],
        change: &[
            "$s.x = n;",
            "$s.x += 1;",
            "$s.y = 0.5 + n;",
            "$s.x = { n };",
            "delete $s.y;\n$s.y = n;",
            "delete $s.x;",
            "$s[\"p\" + (n & 3)] = n;",
            "Object.defineProperty($s, \"y\", { get() { return n; }, configurable: true });",
            "Object.setPrototypeOf($s, { z: n });",
            "$s.z = n;",
            "if (n > 30) Object.freeze($s);",
        ],
    },
    State {
        make: "‹{ p: { q: 1 }, r: [1, 2, 3] }¦{ r: [0.5, 1], p: { k: 0, q: 0.5 } }›",
        read: &["s.p.q", "s.r[0]", "s.r.length", "s.r[k & 1]", "s.p.q + s.r[1]"],
        write: &["s.p.q = k;", "s.r[0] = k;", "s.p = { q: 0.5 };", "s.r = [k, k];"],
        change: &[
            "$s.p = { q: n };",
            "$s.p = { z: 0, q: n };",
            "$s.p.q = n;",
            "$s.p.q += 0.5;",
            "$s.r = [n, 1, 2];",
            "$s.r[0] = n;",
            "$s.r.push(n);\nif ($s.r.length > 9) $s.r.length = 2;",
            "$s.r = [0.5, n];",
            "$s.r = { 0: n, length: 1 };",
        ],
    },
    State {
        make: "new ‹Int32Array¦Uint8Array¦Float64Array¦Uint32Array¦Float32Array›(‹4¦[1, 2, 3]›)",
        read: &["s[0]", "s[k & 3]", "s.length", "s[1] + s[0]"],
        write: &["s[0] = k;", "s[k & 3] += 0.5;", "s[0]--;"],
        change: &[
            "$s[0] = n;",
            "$s.fill(n);",
            "$s[n & 3] = -n;",
            "$s.set([n, 3]);",
            "$s.reverse();",
            "new Uint8Array($s.buffer)[0] = n;",
            "new Uint16Array($s.buffer)[1] = n * 999;",
            "$s.sort();",
        ],
    },
    State {
        make: "‹0¦1¦0.5¦\"s\"¦@i¦@n›",
        read: &["$s", "($s | 0)", "$s + 1", "($s === k)"],
        write: &["$s = k;", "$s = $s + 1;", "$s = 0.5;"],
        change: &[
            "$s = n;",
            "$s = n + 0.5;",
            "$s += 1;",
            "$s = \"t\" + n;",
            "$s = -$s;",
            "if (n === 40) $s = null;",
            "$s = n * 2147483647;",
        ],
    },
    State {
        make: "new Map([[1, 1], [2, 0.5]])",
        read: &["s.get(1)", "s.size", "s.has(k)", "s.get(k)"],
        write: &["s.set(1, k);", "s.delete(2);"],
        change: &["$s.set(1, n);", "$s.delete(n & 3);", "$s.clear();", "$s.set(n & 15, n);"],
    },
];

/// How the changing function comes to run: set-up (over `$g` and `$h`, which both change the state)
/// and the statement in the reading function.
const CALLS: &[(&str, &str)] = &[
    ("", "$g(k);"),
    ("", "($h0 & 1 ? $g : $h)(k);"),
    ("const $l = [$g, $h];", "$l[k & 1](k);"),
    (
        "const $l = [$g, $h, (x) => $g(x), (x) => $h(x), function (x) { return $g(x); }, () => $h(1)];",
        "$l[k % 6](k);",
    ),
    ("", "c(k);"),
    ("const $c = { m: $g }, $d = { m: $h, z: 1 };", "(k & 1 ? $c : $d).m(k);"),
    (
        "class $C {\nm(x) { return $g(x); }\n}\nclass $D extends $C {\nm(x) { return super.m(x) + 1; }\n}\nconst $c = new $C(), $d = new $D();",
        "(k & 1 ? $c : $d).m(k);",
    ),
    ("const $c = { get p() { return $g(1); } };", "r += +$c.p;"),
    ("const $c = { set p(v) { $g(v); } };", "$c.p = k;"),
    (
        "const $c = { valueOf() { return $g(2); } };",
        "r += ‹$c + 1¦$c * 2¦-$c¦($c | 0)¦($c < 5 ? 1 : 2)¦($c == 1 ? 1 : 2)›;",
    ),
    (
        "const $c = { toString() { return \"x\" + ($g(3) & 1); } };",
        "probe(‹`${$c}`¦\"\" + $c¦({ x0: 1, x1: 2 })[$c]›);",
    ),
    (
        "const $c = { [Symbol.iterator]() { let i = 0; return { next() { $g(i); return { done: i++ > 0, value: i }; } }; } };",
        "‹for (const v of $c) r += v;¦const [v$q] = $c; r += v$q;¦r += [...$c].length;›",
    ),
    (
        "",
        "‹[k].forEach($g);¦[k].map($h);¦[1, 2].sort((x, y) => { $g(1); return x - y; });¦Array.from([1], $g);¦[1, 2].reduce($g, 0);›",
    ),
    ("", "‹$g.call(null, k);¦$g.apply(null, [k]);¦Reflect.apply($h, null, [k]);¦$g.bind(null, 1)();›"),
    ("class $C {\nconstructor(x) { this.v = $g(x); }\n}", "r += new $C(k).v | 0;"),
    ("function $C(x) { $g(x); this.w = x; }", "r += new $C(k).w;"),
    ("function $r(n) { return n > 0 ? $r(n - 1) + 1 : $g(n); }", "r += $r(k & 3) | 0;"),
    ("function $e(a, b = $g(a)) { return b; }", "$e(k);"),
    (
        "const $t = [5];\nObject.defineProperty(Array.prototype, \"-1\", { set(v) { $g(v); }, configurable: true });",
        "$t[k % 3 - 1] = k;",
    ),
    (
        "const $t = [5];\nObject.defineProperty(Object.prototype, \"0.5\", { set(v) { $g(v); }, configurable: true });",
        "$t[(k & 1) * 0.5] = k;",
    ),
    (
        "const $t = [1, , 3];\nObject.defineProperty(Array.prototype, \"1\", { get() { return $g(1); }, configurable: true });",
        "r += +$t[k % 3] | 0;",
    ),
    ("const $o = { __proto__: { get w() { return $g(1); } } };", "r += $o.w | 0;"),
    ("const $c = { toJSON() { return $g(1); } };", "probe(JSON.stringify($c));"),
    (
        "class $I {\nstatic [Symbol.hasInstance](x) { return $g(x) > 3; }\n}",
        "r += (k instanceof $I) ? 1 : 2;",
    ),
];

fn pick(cx: &mut Context, from: &[&'static str]) -> &'static str {
    cx.choices.pick::<&str>(from)
}

/// Read, let something happen, read again.
pub fn around_call(cx: &mut Context) -> String {
    let state = cx.choices.pick(STATES);
    let (setup, call) = *cx.choices.pick(CALLS);
    let (c1, c2) = (pick(cx, state.change), pick(cx, state.change));
    let (r1, w) = (pick(cx, state.read), pick(cx, state.write));
    let r2 = if cx.choices.chance(70) { r1 } else { pick(cx, state.read) };
    // how often the change happens: always, sometimes, once
    let when =
        *cx.choices.pick(&["", "", "if (n & 1) ", "if (n % 7 === 3) ", "if (n === 25) ", "if (n > 50) "]);
    let guarded = |change: &str| match (when, change.contains('\n')) {
        ("", _) => change.to_owned(),
        (w, false) => format!("{w}{{\n{change}\n}}"),
        (w, true) => format!("{w}{{\n{change}\n}}"),
    };
    let (c1, c2) = (guarded(c1), guarded(c2));
    let body = match cx.choices.below(5) {
        0 => format!("const a = {r1};\n{call}\nconst b = {r2};\n"),
        1 => format!("{w}\n{call}\nconst a = {r1}, b = {r2};\n"),
        2 => format!("let a = {r1};\n{call}\n{w}\nconst b = {r2};\n"),
        3 => format!(
            "let a = 0, b = 0;\nfor (let j = 0; j < ‹3¦5›; j++) {{\na = {r1};\n{call}\nb = {r2};\nprobe(a);\n}}\n"
        ),
        _ => format!(
            "let a = 0, b = 0;\nfor (let j = 0; j < ‹3¦5›; j++) {{\nif (j ‹& 1¦> 1¦< 2›) {{\n{call}\n}}\nb = {r2};\na = b;\n}}\n"
        ),
    };
    let large = if cx.choices.chance(20) {
        // too large to be inlined
        "let u = x;\nfor (let i = 0; i < 2; i++) {\nu = (u * 3 + i) & 1023;\nu ^= i << 2;\nif (u === 5000) {\nprint(u);\n}\nu = (u + 7) % 977;\n}\n"
    } else {
        ""
    };
    cx.template(&format!(
        "let $s = {make};\nlet n = 0;\nlet $h0 = 0;\nfunction $g(x) {{\nn++;\n{large}{c1}\nreturn ‹n & 3¦1¦x | 0›;\n}}\n\
         function $h(x) {{\nn++;\n{c2}\nreturn ‹n & 3¦2›;\n}}\n{setup}\n\
         function $f(s, k, c) {{\nlet r = 0;\n{body}return ‹`${{a}},${{b}},${{r}}`¦[a, b, r].map(String).join()¦String(a) + String(b)¦r + \":\" + (a === b)›;\n}}\n\
         for (let i = 0; i < ‹24¦40¦60¦80›; i++) {{\n$h0 = i;\ntry {{\nprobe($f($s, ‹i & 1¦i % 3¦1¦0›, i ‹& 1¦% 3 === 0› ? $g : $h));\n}} catch (e) {{\nprobe(e.name);\n}}\n}}\n\
         print(n, typeof $s);\n\
         delete Array.prototype[\"-1\"];\ndelete Array.prototype[1];\ndelete Object.prototype[\"0.5\"];\n",
        make = state.make,
    ))
}

/// Two names for one thing, and stores through one between loads through the other.
pub fn aliased_loads(cx: &mut Context) -> String {
    let state = cx.choices.pick(STATES);
    let (r, w, v) = (pick(cx, state.read), pick(cx, state.write), pick(cx, state.write));
    let on =
        |text: &str, name: &str| text.replace("s.", &format!("{name}.")).replace("s[", &format!("{name}["));
    let (ra, wb, wa) = (on(r, "a"), on(w, "b"), on(v, "a"));
    cx.template(&format!(
        "let $s = {make}, $z = {make};\nfunction $f(a, b, k) {{\nlet r = \"\";\nfor (let j = 0; j < ‹2¦4›; j++) {{\nr += {ra};\n{wb}\nr += \",\" + {ra};\n\
         ‹{wa}¦if (j & 1) a = b;¦[a, b] = [b, a];¦›\nr += \";\" + {ra};\nif (r.length > 60) r = r.slice(30);\n}}\nreturn r;\n}}\n\
         for (let i = 0; i < ‹20¦50›; i++) {{\ntry {{\nprobe($f(‹$s¦i & 1 ? $s : $z›, ‹$z¦$s¦i % 3 ? $z : $s›, ‹i & 1¦1¦0›));\n}} catch (e) {{\nprobe(e.name);\n}}\n}}\n\
         try {{\nprint($f($s, $s, 1), $f($z, $s, 0));\n}} catch (e) {{\nprint(e.name);\n}}\n",
        make = state.make,
    ))
}
