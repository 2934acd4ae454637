const a = [5, 1, , 3]; print(a.length, a.indexOf(undefined), a.includes(undefined), a.findIndex((v) => v === undefined), a.join("-"), String([1, [2, [3]]]), [null, undefined].join());
print(Array(3).length, Array(3, 4).length, Array.from("abc", (c) => c + c).join(), Array.from({ length: 2, 0: "x" }).join(), Array.of(1, 2).join(), [3, 2, 1].sort().join(), [, 2, undefined, 1].sort().length);
print([1, 2, 3, 4].copyWithin(1, 2).join(), [1, 2, 3].fill(0, -1).join(), [[1], [2, [3]]].flat(Infinity).join(), [1, 2].entries().next().value.join(), [..."ab"].keys().next().value, [1, 2, 3].findLastIndex((v) => v < 3));
print([1, 2, 3].reduceRight((x, y) => x + "-" + y), [1, 2, 3].every((v) => v), [1, 2, 3, 4, 5].splice(1, 2).join(), [1, 2, 3].toSpliced(0, 1).join(), [3, 1].concat([[2]], 4).length, [1, 2, 3].lastIndexOf(1, -3));
const s = [1, 2, 3]; s.length = 1; s[3] = 4; print(s.length, 1 in s, s.toString()); try { s.length = -1; } catch (e) { print(e.name); }
//> 4 -1 true 2 5-1--3 1,2,3 ,
//> 3 2 aa,bb,cc x, 1,2 1,2,3 4
//> 1,3,4,4 1,2,0 1,2,3 0,1 0 1
//> 3-2-1 true 2,3 2,3 4 0
//> 4 false 1,,,4
//> RangeError
