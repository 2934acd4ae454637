// schedule: tier=interpreter
// An array with a length but no elements yet: the interpreter's store took the absent storage for a cell
// as soon as the site had seen such an array. Every tier, also the arrays that slice and splice make of holes.
function store(a, i, v) { a[i] = v; return a[i]; }
let sum = 0;
for (let i = 0; i < 120; i++) {
  const empty = [];
  empty.length = 1 + (i & 1);
  sum += store(empty, 0, i);
  const holes = [, , 1].slice(0, 2);
  sum += store(holes, i & 1, i % 3 ? i : 0.5);
  sum += store(new Array(3), 2, i);
}
print(sum);
//> 19100
