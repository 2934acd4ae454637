//! Scenarios about numbers: representations, overflow, -0, ranges, comparisons, register pressure.

use crate::context::Context;

/// A driver: warm up with one kind of argument, then call with others.
const DRIVER: &str = "
for (let i = 0; i < @w; i++) probe($f(‹i¦i¦i & 7¦i - 50¦i * 0.5›, ‹@i¦i¦@n¦i + 1›));
print(\"warm\");
for (const v of [@n, @o, @i, @o, @n]) {
try {
probe($f(v, ‹@i¦v¦@o›));
} catch (e) {
probe(e.name);
}
}
for (let i = 0; i < ‹20¦60›; i++) probe($f(i, @n));
";

pub fn random_function(cx: &mut Context) -> String {
    let body = cx.template("@S[a b r o:o t:a]");
    cx.template(&format!(
        "function $f(a, b) {{\nlet r = @i, o = ‹@O¦{{ x: a, y: b }}¦{{ y: 1, x: b }}›, t = ‹@A¦[a, b, 1]¦[1, 2, 3]›;\n{body}\
         ‹probe(r);¦r = (r + @I[a b r]) | 0;¦r += @N[a b];›\nreturn ‹r¦@N[a b r t:a]¦@I[a b r]¦t[0]¦o.x›;\n}}{DRIVER}"
    ))
}

pub fn overflow(cx: &mut Context) -> String {
    cx.template(&format!(
        "function $f(a, b) {{\nlet s = ‹@i¦2147483640¦-2147483640¦1073741820›;\nfor (let i = 0; i < ‹5¦12¦20›; i++) {{\n\
         s = ‹s + a¦s - a¦s * 3¦s + i * a¦(s + a) | 0¦s << 1¦-s¦s++¦s-- - b¦s * a›;\n\
         ‹if (i == @b) s = @n;¦probe(s);¦s = s @+ b;¦›\n}}\nreturn ‹s¦s | 0¦s >>> 0¦s / 2¦s % 7›;\n}}{DRIVER}"
    ))
}

pub fn minus_zero(cx: &mut Context) -> String {
    cx.template(&format!(
        "function $f(a, b) {{\nlet z = ‹a * -b¦-a¦a * 0¦0 / -b¦-a % b¦Math.round(-0.2 * a)¦Math.min(a, -a)¦a - a¦Math.max(-0, a * 0)¦(a | 0) * -1›;\n\
         ‹let q = z;¦let q = z + 0;¦let q = z * 1;¦let q = z | 0;¦let q = Math.abs(z);¦let q = -z;›\n\
         return ‹1 / q¦1 / z¦[q, z].map((v) => 1 / v).join()¦Object.is(q, -0)¦q === 0 && 1 / z < 0›;\n}}{DRIVER}"
    ))
}

pub fn range_of_induction(cx: &mut Context) -> String {
    cx.template(&format!(
        "function $f(a, b) {{\nconst t = new ‹Int32Array¦Float64Array¦Array¦Uint8Array›(16);\nlet n = 0, s = 0;\n\
         for (let i = ‹0¦-2¦1¦15›; ‹i < 16¦i <= 16¦i !== 12 && i < 20¦i < (a & 15)›; i‹++¦ += 2¦ += @b¦++›) {{\n\
         if (n++ > 40) break;\n‹t[i] = i * a;¦t[i + @b] = b;¦t[i - 1] = s;¦s = s + t[i] | 0;¦if (i == 9) i = ‹11¦@b¦13›;¦t[(i * 3) & 15]++;›\n\
         ‹s += t[i + 1];¦s ^= t[15 - i];¦s = s * 2 + i;¦›\n}}\nprobe(t.length);\nreturn s + t[3];\n}}{DRIVER}"
    ))
}

pub fn mixed_comparison(cx: &mut Context) -> String {
    cx.template(&format!(
        "function $f(a, b) {{\nlet r = 0;\nif (a < b) r += 1;\nif (a == b) r += 2;\nif (a === @p) r += 4;\nif (a ‹>=¦<=¦!=¦!==› @n) r += 8;\n\
         if (a) r += 16;\nif (‹a == null¦b != undefined¦a == \"1\"¦typeof a === \"number\"¦a > \"5\"›) r += 32;\nreturn ‹r¦r + (a ?? 100)¦a && r¦b || r›;\n}}{DRIVER}"
    ))
}

pub fn bit_operations(cx: &mut Context) -> String {
    cx.template(&format!(
        "function $f(a, b) {{\nlet h = @i;\nfor (let i = 0; i < ‹4¦9›; i++) {{\nh = ‹(h << 5) - h + a¦h ^ (h >>> 13)¦Math.imul(h, 16777619) ^ a¦h * 31 + b¦(h >>> i) + (a << i)¦~h + (b & 255)›;\n\
         ‹h |= 0;¦h >>>= 0;¦h >>= 1;¦›\n}}\nreturn ‹h¦h >>> 0¦h | 0¦h >>> @b›;\n}}{DRIVER}"
    ))
}

pub fn many_locals(cx: &mut Context) -> String {
    cx.template(&format!(
        "function $f(a, b) {{\nlet c = 1, d = 2.5, e = a, g = b, h = \"s\", k = true, l = null, m = -1, n = 0, p = a & 3;\n\
         for (let i = 0; i < ‹6¦15›; i++) {{\n[a, b, c, d] = ‹[b, c, d, a]¦[d, a, b, c]¦[b, a, d, c]›;\nconst t = e;\ne = g;\ng = m;\nm = n;\nn = ‹p¦p + i¦p @+ i›;\np = t;\n\
         if (i === @b) {{\n‹d = \"x\"¦e = 1.5¦m = undefined¦n = {{ valueOf() {{ return 3; }} }}›;\n}}\nk = !k;\n}}\n\
         return [a, b, c, d, e, g, h, k, l, m, String(n), p].join();\n}}{DRIVER}"
    ))
}

pub fn invariant(cx: &mut Context) -> String {
    cx.template(
        "
let $o = { len: @b, k: @i, p: { q: @n } };
function $g(i) {
if (i === ‹5¦25¦77›) $o.‹len = 3¦k = 0.5¦p = { q: 9, r: 1 }¦k = \"s\"¦p.q = -0›;
return i;
}
function $f(n) {
let s = 0;
for (let i = 0; i < n; i++) {
s += $o.k @+ @b;
‹$g(i);¦if (i & 1) $g(i);¦s += $g(i);›
s += $o.p.q;
if (i > $o.len * 20) s -= 1;
}
return s;
}
for (let j = 0; j < ‹10¦30›; j++) probe($f(‹3¦10¦30›));
print(String($f(‹40¦100›)));
",
    )
}

/// One exact integer expression in several places: some keep only its low bits, some all of it.
pub fn wrapping_and_exact(cx: &mut Context) -> String {
    let operand = |cx: &mut Context, name: &str| {
        let shift = cx.choices.range(1, 4);
        match cx.choices.below(10) {
            0 => format!("{name} >> {shift}"),
            1 => format!("{name} >>> {shift}"),
            2 => format!("$t[{name} & 7]"),
            _ => format!("{name} | 0"),
        }
    };
    let (a, b) = (operand(cx, "a"), operand(cx, "b"));
    let coerce = match cx.choices.below(10) {
        0 => String::new(),
        1 => format!("b = {b};\n"),
        _ => format!("a = {a};\nb = {b};\n"),
    };
    let e = match cx.choices.below(12) {
        0..=2 => "a + b".to_owned(),
        3 | 4 => "a - b".into(),
        5 => "a * b".into(),
        6 => format!("a + {}", cx.int()),
        7 => format!("a * {}", cx.int()),
        8 => "-a".into(),
        9 => "a + b + c".into(),
        10 => "a * 3 + b".into(),
        _ => "b - a - 1".into(),
    };
    let exact: &[&str] = &[
        "probe(E);",
        "r += \"\" + (E);",
        "r += (E) / 2;",
        "r += (E) > @n;",
        "r += (E) % 7;",
        "$d[0] = E;",
        "r += Math.abs(E);",
        "$o.x = E;",
        "r += (E) === @i;",
        "r += (E) * 0.5;",
        "r += $l[E];",
        "r += (E) < 0 ? \"-\" : \"+\";",
        "r += 1 / (E);",
        "$l[0] = E;",
        "r += (E) + 1;",
    ];
    let wrapping: &[&str] = &[
        "r += (E) | 0;",
        "r += (E) & 255;",
        "r += (E) >> 3;",
        "r += (E) >>> 1;",
        "r += ~(E);",
        "r += (E) ^ b;",
        "r += (E) << 2;",
        "r += Math.imul(E, 3);",
        "$t[1] = E;",
        "$u[1] = E;",
        "r += ((E) | 0) - c;",
        "$l[(E) & 3]++;",
    ];
    let shared = cx.choices.chance(25);
    let mut body = String::new();
    if shared {
        body.push_str(&format!("const e = {e};\n"));
    }
    let first = cx.choices.below(2);
    for i in 0..2 + cx.choices.below(3) {
        let from = if (first + i).is_multiple_of(2) { exact } else { wrapping };
        let mut line = cx.choices.pick::<&str>(from).replace('E', if shared { "e" } else { &e });
        if let (Some(value), true) = (line.strip_prefix("r += "), cx.choices.chance(65)) {
            line = format!("probe({});", value.trim_end_matches(';'));
        }
        // paths that only some calls take see other values than the rest of the function
        match cx.choices.below(5) {
            0 | 1 if i > 0 => body.push_str(&format!("if (c & {i}) {{\n{line}\n}}\n")),
            2 if i > 0 => body.push_str(&format!("if (c < 2) return r;\n{line}\n")),
            _ => body.push_str(&format!("{line}\n")),
        }
    }
    cx.template(&format!(
        "const $t = new Int32Array(8), $u = new Uint8Array(4), $d = new Float64Array(2), $l = [1, 2, 3, 4], $o = {{ x: 0 }};\n\
         $t[2] = @i;\n$t[3] = @i;\n\
         function $f(a, b, c) {{\nlet r = ‹\"\"¦0›;\n{coerce}{body}return r;\n}}\n\
         const $v = [1, @i, @i, 2147483647, -2147483648, ‹@n¦5¦-1›, @i, 65536];\n\
         for (let i = 0; i < ‹24¦40¦60›; i++) {{\nprobe($f(i, ‹2147483647¦-2147483648¦2147483647 - i¦i * 99999999¦@i¦i›, ‹0¦0¦0¦1¦i & 1›));\nprobe($f(i, ‹i¦3¦7 - i›, ‹3¦3¦3¦i & 3¦2¦1›));\n}}\n\
         for (const x of $v) for (const y of $v) probe($f(x, y, ‹3¦3¦3¦1¦2¦x & 3›));\n\
         print($t.join(), $u.join(), $d[0], $l.join(), $o.x);\n"
    ))
}

/// Accumulators that grow with the number of iterations: small counts warm up, larger ones leave
/// int32, then the exact integers.
pub fn growth(cx: &mut Context) -> String {
    let k = *cx.choices.pick(&["2", "3", "-3", "5", "7", "10", "31", "257", "65537", "a", "-a", "i"]);
    let step = match cx.choices.below(14) {
        0 | 1 => format!("x = x * {k};"),
        2 => format!("x = x * {k} + i;"),
        3 => format!("x = x * {k} - a;"),
        4 => "x *= x;".into(),
        5 => "const z = x;\nx = x + y;\ny = z;".into(),
        6 => "x += x;".into(),
        7 => "x = x + (x >> 1) + 1;".into(),
        8 => format!("x -= {k} * i;"),
        9 => format!("x = (x * {k}) % 1000003;"),
        10 => format!("x = x * {k};\ny = y + x;"),
        11 => format!("y = x;\nx = y * {k};"),
        12 => "x = -x * 2 - 1;".into(),
        _ => format!("if (i & 1) {{\nx = x * {k};\n}} else {{\nx++;\n}}"),
    };
    let head = *cx.choices.pick(&[
        "for (let i = 0; i < n; i++) {",
        "for (let i = 1; i <= n; i++) {",
        "for (let i = n; i > 0; i--) {",
        "let i = 0;\nwhile (i++ < n) {",
        "for (let i = 0; i < n; i += 1) {",
    ]);
    cx.template(&format!(
        "const $t = [1, 2, 3, 4, 5, 6, 7, 8];\nfunction $f(n, a) {{\nlet x = ‹1¦@b¦a¦-1¦2›, y = ‹0¦1›, s = 0;\n{head}\n{step}\n\
         ‹¦probe(x);¦s += $t[x & 7];¦if (x > ‹1000000¦@i›) s++;¦s ^= x;¦s = s + x;¦if (x < 0) s -= y;¦›\n}}\nreturn ‹x¦x + s¦[x, y, s].join()¦x - y¦(x | 0) + s¦x * 2›;\n}}\n\
         for (let i = 0; i < ‹20¦30¦40›; i++) probe($f(i % ‹4¦6¦9¦3›, ‹2¦3¦i & 3¦-1›));\nprint(\"next\");\n\
         for (const n of [‹10¦12¦15›, ‹20¦25¦30›, ‹33¦40¦64›]) print(String($f(n, ‹2¦3¦@i¦-2›)));\n"
    ))
}

/// Conversions chained: int32, uint32, double, -0 and strings through locals that several uses share.
pub fn conversions(cx: &mut Context) -> String {
    cx.template(&format!(
        "const $t = new ‹Uint32Array¦Int32Array¦Uint8Array¦Int16Array¦Float32Array¦Uint8ClampedArray›(4);\nfunction $f(a, b) {{\n\
         $t[0] = a;\n$t[b & 3] = ‹b¦a * b¦-a¦a + b¦a - 0.5›;\nconst u = ‹$t[0]¦$t[1]¦a >>> 0¦a | 0¦b >>> 31›;\nconst w = ‹u + 1¦u ^ 0¦u | 0¦u * 1¦u - 0¦-u¦u >>> 0¦u << 0¦u + b›;\n\
         const z = ‹w * 2¦w | 0¦w / 3¦w % 4¦w + u¦w & u¦w > u¦w == u›;\nreturn ‹[u, w, z].join()¦z + \":\" + w¦1 / w¦$t[w & 3] + z¦w === u¦z›;\n}}{DRIVER}"
    ))
}
