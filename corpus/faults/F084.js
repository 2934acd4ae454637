// schedule: tier=interpreter voter=reference
// F084 (Hermes ea0eb3934): the conversion of an element changes those that follow.
const a = [1, { toString() { a[2] = "new"; a.length = 4; return "o"; } }, 3, 4, 5];
print(a.join("-"), a.length);
print(a.join("-"), a.length);
