const a = [1, , 3];
function get(i) { return a[i]; }
for (let i = 0; i < 90; i++) get(i % 3);
print(get(1));
Array.prototype[1] = "proto";
print(get(1), a.indexOf("proto"), a.includes("proto"), 1 in a, a.hasOwnProperty(1));
delete Array.prototype[1];
print(get(1), a.map((v) => v * 2).length, Object.keys(a).join());
//> undefined
//> proto 1 true true false
//> undefined 3 0,2
