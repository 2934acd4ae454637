const o = { toString() { const junk = []; for (let i = 0; i < 30; i++) junk.push({ i }); return "k" + junk.length; }, valueOf() { return [1, 2, 3].map((x) => ({ x })).length; } };
const t = {}; let s = 0; for (let i = 0; i < 120; i++) { t[o] = { i }; s += o * i + t.k30.i; s += `${o}`.length + [o, o].join("").length; } print(s);
//> 29640
