print(JSON.stringify({ a: [undefined, () => 1, NaN, -0], u: undefined, d: { toJSON() { return "tj"; } } }), JSON.stringify("q\"\\"), JSON.stringify([], null, 2), JSON.stringify({ a: { b: [1] } }, null, "--"), JSON.stringify(undefined));
print(JSON.parse(' [1, {"a": -0.5e2, "__proto__": 1}] ')[1].a, JSON.stringify(JSON.parse('{"b":1,"a":2,"1":3}')), JSON.parse("[1,2,3]", function (k, v) { return k === "1" ? undefined : v; }).length);
const c = {}; c.c = c; try { JSON.stringify(c); } catch (e) { print(e.name); } for (const b of ["{'a':1}", "[1,]", "nul", "1 2", '"\n"']) try { JSON.parse(b); print("?"); } catch (e) { print(e.name); }
//> {"a":[null,null,null,0],"d":"tj"} "q\"\\" [] {
//> --"a": {
//> ----"b": [
//> ------1
//> ----]
//> --}
//> } undefined
//> -50 {"1":3,"b":1,"a":2} 3
//> TypeError
//> SyntaxError
//> SyntaxError
//> SyntaxError
//> SyntaxError
//> SyntaxError
