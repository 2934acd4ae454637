// JSON.
function t(f) { try { return String(f()); } catch (e) { return "throws " + e.name; } }
print(JSON.stringify({ a: 1, b: "x", c: null, d: undefined, e: () => 1, f: Symbol(), g: [undefined, () => 1, NaN, -0, Infinity], h: { i: [] }, 3: 1, 1: 2 }));
print(JSON.stringify("\b\t\n\f\r\"\\/\u0000\u001f\u007f\u2028é\ud83d\ude00\ud800x\udc00"), JSON.stringify(1e21), JSON.stringify(0.1), JSON.stringify(null), JSON.stringify(undefined), JSON.stringify(() => 1), JSON.stringify(true), JSON.stringify(Symbol()));
print(JSON.stringify([[], {}, [1, [2]]], null, 2));
print(JSON.stringify({ a: { b: [1] }, c: {} }, null, "\t").split("\t").join("T"), JSON.stringify([1], null, 20).length, JSON.stringify([1], null, "abcdefghijklmno"), JSON.stringify([1], null, new Number(1)), JSON.stringify([1], null, new String("-")), JSON.stringify([1], null, -1), JSON.stringify([1], null, true));
print(JSON.stringify({ a: 1, b: { a: 2, c: 3 }, c: 4, 1: 5 }, ["c", "b", "c", 1, new String("a"), {}]), JSON.stringify([1, 2], [0]), JSON.stringify({ a: 1 }, []));
print(JSON.stringify({ a: 1, b: [2, "x"] }, function (k, v) { return typeof v === "number" ? v * 10 : k === "1" ? undefined : v; }), JSON.stringify(1, (k, v) => ({ k, t: typeof v }).k === "" && typeof v === "number" ? [v] : v), JSON.stringify({ x: 1 }, () => undefined));
print(JSON.stringify({ toJSON(k) { return "J" + k; } }), JSON.stringify({ p: { toJSON(k) { return "J" + k; } } }), JSON.stringify([{ toJSON(k) { return typeof k + k; } }]), JSON.stringify([new Number(3), new String("s"), new Boolean(false), Object(Symbol())]));
var c = {};
c.self = c;
print(t(() => JSON.stringify(c)), t(() => { var a = []; a[0] = [a]; return JSON.stringify(a); }), JSON.stringify([c = { v: 1 }, c]));
print(JSON.stringify(new Map([[1, 2]])), JSON.stringify(Object.create({ inherited: 1 }, { own: { value: 1, enumerable: true }, hidden: { value: 2 } })), JSON.stringify("x".repeat(5)), JSON.stringify({ get g() { return 7; } }), JSON.stringify((function () { return arguments; })(1, 2)));
print(JSON.stringify({ "__proto__": 1, ["__proto__"]: 2 }), JSON.stringify(JSON.parse('{"__proto__": {"x": 1}}')), Object.getPrototypeOf(JSON.parse('{"__proto__": null}')) === Object.prototype);
print(JSON.parse("1"), JSON.parse(" -1.5e+2 "), 1 / JSON.parse("-0"), JSON.parse('"a\\u00e9\\n\\/\\"\\ud83d\\ude00"'), JSON.parse("true"), JSON.parse("null"), JSON.parse("[]").length, JSON.parse('{"a":1,"a":2}').a, JSON.parse("12345678901234567890"), JSON.parse("1E2"), JSON.parse("[1,[2,[3]]]").flat(9), JSON.parse('"\u2028"').length);
for (var bad of ["", " ", "{", "[", "[1", "[1,", "[,1]", "[1,]", "{a:1}", "{'a':1}", '{"a"}', '{"a":}', '{"a":1,}', '{"a":1 "b":2}', "01", "1.", ".5", "-", "+1", "1e", "0x1", "NaN", "Infinity", "undefined", "tru", "nul", '"', '"\\x"', '"\\u12g4"', '"\t"', "'a'", "1 2", "[] []", "\u00a01", "//1", '"\\'])
  if (t(() => JSON.parse(bad)) !== "throws SyntaxError") print("accepted", bad);
print(t(() => JSON.parse(undefined)), t(() => JSON.parse({ toString: () => "[5]" })), t(() => JSON.parse(Symbol())));
var calls = [];
print(JSON.stringify(JSON.parse('{"a":[1,2],"b":{"c":3},"1":0}', function (k, v) { calls.push(k + (Array.isArray(this) ? "A" : "")); return k === "c" ? undefined : k === "0" ? "z" : v; })), calls);
print(JSON.parse("[1,2,3]", function (k, v) { if (k === "0") this.length = 1; return v; }).length, JSON.parse("5", (k, v) => k === "" ? v + 1 : v), t(() => JSON.parse("[1]", () => { throw new RangeError(); })));
var deep = "[".repeat(2000) + "]".repeat(2000);
print(JSON.parse(deep).length, JSON.stringify(JSON.parse(deep)) === deep, JSON.parse("[".repeat(300) + "7" + "]".repeat(300), (k, v) => v).flat(Infinity)[0]);
var round = { s: "", list: [], o: {} };
for (var i = 0; i < 50; i++) { round.list.push({ i, t: "t" + i, n: [i / 4, -i] }); round.o["key " + i] = i % 2 === 0; }
print(JSON.stringify(JSON.parse(JSON.stringify(round))) === JSON.stringify(round), JSON.stringify(JSON.parse(JSON.stringify(round, null, 3)), null, 3) === JSON.stringify(round, null, 3), JSON[Symbol.toStringTag]);
