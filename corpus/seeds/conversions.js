let calls = 0;
const o = { valueOf() { calls++; return 3; }, toString() { calls += 100; return "t"; } };
function f(a, b) { return [a + b, a - b, a * b, a < b, a == b, `${a}`, a | b, -a].map(String).join(); }
for (let i = 0; i < 60; i++) f(i, 2);
print(f(o, 4), f("5", 4), f(true, null), f(undefined, 1), f([2], "2"), f(o, o), calls);
print(+[], +{}, +"0x1f", +" 12 ", +"1e3", [] + {}, 1 + "2", "3" * "4", null + 1);
//> 7,-1,12,true,false,t,7,-3 54,1,20,false,false,5,5,-5 1,1,0,false,false,true,1,-1 NaN,NaN,NaN,false,false,undefined,1,NaN 22,0,4,false,true,2,2,-2 6,0,9,false,true,t,3,-3 218
//> 0 NaN 31 12 1000 [object Object] 12 12 1
