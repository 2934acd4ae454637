const v = { a: [1, 2.5, -0, null, true, "q\"\n\u00e9"], b: { c: undefined, d: () => 1, e: NaN }, toJSON: undefined };
const t = JSON.stringify(v);
print(t, JSON.stringify(JSON.parse(t)) === t);
print(JSON.stringify([1, [2, { x: 3 }]], null, 2));
print(JSON.stringify({ a: 1, b: 2, c: 3 }, ["c", "a"]), JSON.stringify({ n: 5 }, (k, x) => (k === "n" ? x * 2 : x)));
for (const bad of ["{", "[1,]", "01", "'a'", ""]) try { JSON.parse(bad); } catch (e) { print(e.name); }
//> {"a":[1,2.5,0,null,true,"q\"\né"],"b":{"e":null}} true
//> [
//>   1,
//>   [
//>     2,
//>     {
//>       "x": 3
//>     }
//>   ]
//> ]
//> {"c":3,"a":1} {"n":10}
//> SyntaxError
//> SyntaxError
//> SyntaxError
//> SyntaxError
//> SyntaxError
