// RegExp and the String methods that use it.
function t(f) { try { return String(f()); } catch (e) { return e.name; } }
function show(m) { return m === null ? "null" : JSON.stringify([m.index, ...m]) + (m.groups ? JSON.stringify(m.groups) : ""); }
print(show(/(a)(b)?/.exec("xac")), show(/(?<y>\d{4})-(?<m>\d\d)/.exec("on 2024-05")), show(/x*/y.exec("y")), show(/\bfoo\b/.exec("a foo")), show(/(?<=\$)\d+(?!\d)/.exec("cost $42")));
print("aBcabc".replace(/b/gi, "[$&$`$']"), "John Smith".replace(/(\w+)\s(\w+)/, "$2, $1"), "abc".replace(/(?<x>b)/, "<$<x>>"), "aaa".replace(/a/g, (m, i) => i), "x".replace(/x/, "$0$1$$"), "abcabc".replaceAll(/b/g, "-"), t(() => "a".replaceAll(/a/, "")));
print("a1b22c".split(/\d+/), "abc".split(/(?:)/), "a,b;c".split(/([,;])/), "".split(/x/).length, "".split(/(?:)/).length, "A<B>b</B>".split(/<(\/)?([^<>]+)>/), "aXbxc".split(/x/i, 2));
print("abcb".match(/b/), "abcb".match(/b/g), "abc".match(/z/g), "xyz".search(/z/), [..."a1b2".matchAll(/[a-z](\d)/g)].map(m => m[1]), t(() => "a".matchAll(/a/)), "a.b".match("."), "aab".match().index);
var g = /a/g;
print(g.test("aa"), g.lastIndex, g.test("aa"), g.lastIndex, g.test("aa"), g.lastIndex);
print(String(/a\/b[/]/gimsuy), /(?:)/.source, new RegExp("/").source, new RegExp("\n").source, RegExp("a", "dv").flags, /a/dgimsuy.flags, t(() => new RegExp("(")), t(() => new RegExp("a", "gg")), t(() => new RegExp("a", "uv")), RegExp(g) === g, new RegExp(g) === g, new RegExp(g, "i").flags);
print(JSON.stringify(/a(?<Z>b)?/d.exec("xa").indices), /a(?<Z>b)/d.exec("ab").indices.groups.Z, RegExp.escape("a.b c-1"), RegExp.escape("\n\u2028é"));
print(/^\p{Lu}\p{Script=Greek}+$/u.test("Ωμέγα"), /\u{1F600}/u.test("😀"), /^.$/u.test("😀"), /^.$/.test("😀"), /[😀-😂]/u.test("😁"), /[\p{L}--[a-z]]/v.test("a"), /^\p{Emoji_Keycap_Sequence}$/v.test("1️⃣"), /\p{RGI_Emoji_Flag_Sequence}/v.test("🇨🇿"));
print(/(?i:A)b/.test("ab"), /(?i:A)b/.test("aB"), /(?:(?<d>a)|(?<d>b))\k<d>/.test("bb"), /ß/i.test("ẞ"), /ß/iu.test("ẞ"), /[^x]/i.test("X"), /\w/iu.test("ſ"), /[\w-a]/.test("-"), /\c/.test("\\c"), /a{,2}/.test("a{,2}"), /\8/.test("8"));
/(o)(n)e/.exec("[one]");
print(RegExp.$1, RegExp.$2, RegExp.lastMatch, RegExp["$`"], RegExp.rightContext, RegExp.lastParen, RegExp.input);
class R extends RegExp { exec(s) { var m = super.exec(s); if (m) m[0] = m[0].toUpperCase(); return m; } }
print("abab".replace(new R("b", "g"), "<$&>"), new R("b").test("b"), "aba".split(new R("b")), new R("x") instanceof RegExp);
var frozen = Object.freeze(/a/g);
print(t(() => frozen.test("a")), t(() => RegExp.prototype.exec.call({}, "")), RegExp.prototype.flags, RegExp.prototype.source, t(() => Reflect.get(RegExp.prototype, "global", {})), RegExp.prototype.global);
print("\ud83d".replace(/^[^x]$/u, "lone").length, "e\u0301".normalize().length, "\u00e9".normalize("NFD").length, "\ud800e\u0301\ud800".normalize("NFC").length, t(() => "".normalize("x")));
var n = 0;
for (var i = 0; i < 500; i++) { if (/(\d+)x(\d+)/.exec(i + "x" + i * 2)[2] === String(i * 2)) n++; n += "a-b-c".replace(/-/g, "+").length; }
print(n, /(z)((a+)?(b+)?(c))*/.exec("zaacbbbcac"), /(a*)*/.exec("b"), /(?=(a+))a*b\1/.exec("baaabac"));
