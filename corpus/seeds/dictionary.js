const o = {};
for (let i = 0; i < 300; i++) o["k" + i] = i;
for (let i = 0; i < 300; i += 2) delete o["k" + i];
function get(k) { return o[k] ?? -1; }
let s = 0;
for (let i = 0; i < 300; i++) s += get("k" + i);
print(s, Object.keys(o).length, "k1" in o, "k2" in o);
o.k2 = "back"; print(Object.keys(o).pop());
const big = []; big[100000] = 1; big[5] = 2; print(big.length, Object.keys(big).join(), big.indexOf(1));
//> 22350 150 true false
//> k2
//> 100001 5,100000 100000
