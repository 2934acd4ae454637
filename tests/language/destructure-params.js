function f({ a = 1, b: { c = 2 } = {}, ...r } = {}, [x, , y = 5, ...z] = [9]) { return [a, c, JSON.stringify(r), x, y, z.length].join(); }
print(f(), f({ a: 5, b: { c: 6 }, q: 7 }, [1, 2, 3, 4, 5]), f({ b: {} }, "ab"));
for (const [k, { v }] of [[1, { v: 2 }], [3, { v: 4 }]]) print(k, v);
for (const bad of [() => { const [q] = null; }, () => { const { q } = undefined; }, () => { const [q] = {}; }]) try { bad(); } catch (e) { print(e.name); }
//> 1,2,{},9,5,0 5,6,{"q":7},1,3,2 1,2,{},a,5,0
//> 1 2
//> 3 4
//> TypeError
//> TypeError
//> TypeError
