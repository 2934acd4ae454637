const a = []; for (let i = 0; i < 150; i++) a.push(i < 100 ? i : i + 0.5); let s = 0; for (const v of a) { s += v; if (v === 60) a.push(1000); } print(s);
//> 12200
