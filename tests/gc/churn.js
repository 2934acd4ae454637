function node(d) { return d ? { l: node(d - 1), r: node(d - 1), d } : null; }
function sum(t) { return t ? t.d + sum(t.l) + sum(t.r) : 0; }
let total = 0; for (let i = 0; i < 12; i++) total += sum(node(7)); print(total);
//> 2964
