const k = "dyn", o = { a: 1, [k + 1]: 2, get g() { return this.a; }, set g(v) { this.a = v; }, m() { return super.toString === Object.prototype.toString; }, 5: "five", "q r": 1, __proto__: { p: 9 } };
o.g = 4; print(o.a, o.dyn1, o.g, o.m(), o[5], o["q r"], o.p, Object.keys(o).join("|"));
print("p" in o, o.hasOwnProperty("p"), delete o.a, o.a, o?.x?.y, o.x?.[1], o.none?.());
//> 4 2 4 true five 1 9 5|a|dyn1|g|m|q r
//> true false true undefined undefined undefined undefined
