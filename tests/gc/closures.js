const fs = []; for (let i = 0; i < 300; i++) { const big = new Array(20).fill(i); fs.push((x) => big[x % 20] + i + x); if (fs.length > 40) fs.shift(); }
let t = 0; for (let k = 0; k < 5; k++) for (const f of fs) t += f(k); print(t);
//> 112200
