const a = [1, , 3]; print([...a].length, [...a][1], [..."hi", ...[]].join(), JSON.stringify({ ...[1, 2], ...{ x: 1 }, ..."z" }));
function f(...xs) { return xs.length; } print(f(...a, ...a), f(), Math.max(...[1, 5, 3]));
//> 3 undefined h,i {"0":"z","1":2,"x":1}
//> 6 0 5
