let list = null, keep = [];
for (let i = 0; i < 3000; i++) { list = { i, next: i % 500 === 0 ? null : list, data: [i, "s" + i] }; if (i % 100 === 0) keep.push(list); }
let n = 0; for (let p = list; p; p = p.next) n += p.i + p.data[1].length;
print(n, keep.length, keep.map((k) => k.data[0]).reduce((a, b) => a + b));
//> 1377250 30 43500
