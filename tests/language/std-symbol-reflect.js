const s = Symbol("d"); print(String(s), s.description, typeof Object(s), Symbol.keyFor(Symbol.for("q")), Symbol.iterator.toString()); try { s + ""; } catch (e) { print(e.name); } try { new Symbol(); } catch (e) { print(e.name); }
print(Reflect.ownKeys({ b: 1, [s]: 2, 1: 3 }).length, Reflect.has({ x: 1 }, "x"), Reflect.apply(Math.max, null, [1, 2]), Reflect.construct(function () { this.t = new.target === Array; }, [], Array).t, Reflect.getPrototypeOf([]) === Array.prototype, Reflect.set(Object.freeze({}), "x", 1), Reflect.defineProperty({}, "x", { value: 1 }), Reflect.deleteProperty({}, "x"));
//> Symbol(d) d object q Symbol(Symbol.iterator)
//> TypeError
//> TypeError
//> 3 true 2 true true false true true
