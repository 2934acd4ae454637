const fs = []; let s = 0; for (let i = 0; i < 150; i++) { const k = i * 2; if (i % 40 === 0) fs.push(() => k + i + s); s += k; } print(fs.map((f) => f()).join());
//> 22350,22470,22590,22710
