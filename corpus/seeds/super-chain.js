const base = { name() { return "base"; }, get v() { return this.k; } };
const mid = { __proto__: base, name() { return "mid>" + super.name(); }, get v() { return super.v + 1; } };
const top = { __proto__: mid, k: 5, name() { return "top>" + super.name(); }, get v() { return super.v * 2; } };
let n = 0;
for (let i = 0; i < 80; i++) n += top.v + top.name().length;
print(top.name(), n);
Object.setPrototypeOf(mid, { name() { return "other"; }, v: 100 });
print(top.name(), top.v);
//> top>mid>base 1920
//> top>mid>other 202
