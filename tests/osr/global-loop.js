var g = 0, o = { n: 0 }; for (var i = 0; i < 300; i++) { g += o.n; o.n++; if (i === 200) o = { m: 1, n: 5 }; } print(g, o.n, i);
//> 25446 104 300
