// F006 (ChakraCore CVE-2018-8473): Two closures inlined in each other; the inner one leaves when its operand is no number any more.
function inner(v) { const doubled = v + v; return doubled + 1; }
function middle(v) { const before = v; const r = inner(v); return r === before ? "same" : r; }
function outer(v) { return middle(v); }
let last;
for (let i = 0; i < 300; i++) last = outer(i);
print(last);
print(outer("ab"));
print(outer(0.5));
