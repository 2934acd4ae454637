function tail(a, ...r) { return r.length + ":" + r.join(""); }
const parts = [1, 2, 3];
let out = "";
for (let i = 0; i < 60; i++) out = tail(i, ...parts, i);
print(out, tail(), tail(...[]), tail(..."abc"), Math.max(...parts, 9), [...parts, ...new Set([1, 1])].join());
const { a, ...rest } = { a: 1, b: 2, c: 3 };
print(a, JSON.stringify(rest), JSON.stringify({ ...rest, b: 5, ...null }));
//> 4:12359 0: 0: 2:bc 9 1,2,3,1
//> 1 {"b":2,"c":3} {"b":5,"c":3}
