const a = [1, 2, 3, 4, 5];
a.splice(1, 2, "x", "y", "z"); print(a.join());
a.copyWithin(0, 3); print(a.join()); a.reverse(); a.unshift(0); print(a.shift(), a.pop(), a.join());
print(a.slice(-2).join(), a.concat([9], 8).length, a.indexOf("x"), a.fill(7, 1, 3).join(), a.at(-1));
print([3, 1, 2].toSorted().join(), [1, 2, 3].toReversed().join(), [1, 2, 3].with(1, 9).join(), [1, 2, 3].findLast((v) => v < 3));
print([NaN].includes(NaN), [NaN].indexOf(NaN), [, 1].includes(undefined), [1, 2, 3].lastIndexOf(3), Array.isArray(a), Array.of(7).length);
let q = []; for (let i = 0; i < 100; i++) { q.push(i); if (i % 3 === 0) q.shift(); } print(q.length, q[0]);
//> 1,x,y,z,4,5
//> z,4,5,z,4,5
//> 0 z 5,4,z,5,4
//> 5,4 7 -1 5,7,7,5,4 4
//> 1,2,3 3,2,1 1,9,3 2
//> true -1 true 2 true 1
//> 66 34
