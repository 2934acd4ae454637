const k = Symbol("k"), o = { [k]: 1, [Symbol.toPrimitive](hint) { return hint === "number" ? 42 : hint; } };
function f(x) { return x[k]; }
let s = 0; for (let i = 0; i < 70; i++) s += f(o);
print(s, +o, `${o}`, o + "", k.toString(), k.description, Symbol.for("a") === Symbol.for("a"), Object.getOwnPropertySymbols(o).length);
class Even { static [Symbol.hasInstance](n) { return n % 2 === 0; } } print(2 instanceof Even, 3 instanceof Even);
try { k + 1; } catch (e) { print(e.name); }
//> 70 42 string default Symbol(k) k true 2
//> true false
//> TypeError
