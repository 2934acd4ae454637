print("waits starts");
export const value = await Promise.resolve("waited");
for await (const x of [1]) await x;
